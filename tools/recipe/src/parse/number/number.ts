// This file reads numbers: digits, words, fractions and mixtures of them; percentages (SPEC.md §8.3).
import { plus, type Ratio, ratio, negative, tenTo, times } from "../ratio.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { cardinal, isNumberWord } from "./cardinal.ts";
import { OTHER_SCALES, PARTS, SCALES, SHORT_SCALES, SMALL, VULGAR } from "./words.ts";

/** Digits a number may have. */
const MOST_DIGITS = 24;

type Found = Match<Ratio>;

/** A number with its sign: "-1,234.5", "2 1/4", "minus twenty-three", "three quarters", "1.5 million". */
export function number(tokens: Tokens, at: number, settings: Settings = {}): Found | undefined {
  const first = tokens[at]?.text;
  const signed = (first === "-" || first === "\u2212" || first === "+") && joined(tokens, at + 1) !== undefined;
  const minus = signed ? first !== "+" : first === "minus" || first === "negative";
  const found = positive(tokens, signed || minus ? at + 1 : at, settings);
  return minus && found?.value !== undefined ? { end: found.end, value: negative(found.value) } : found;
}

function positive(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  return inDigits(tokens, at, settings) ?? inWords(tokens, at);
}

/** A percentage: "20%", "twenty per cent"; the value is the number before the sign. */
export function percent(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const found = number(tokens, at, settings);
  if (found === undefined) return undefined;
  const { end, value } = found;
  const word = tokens[end]?.text ?? "";
  if (["%", "percent", "percents", "pct", "percentage"].includes(word)) return { end: end + 1, value };
  return word === "per" && stands(tokens, end + 1, "cent") ? { end: end + 2, value } : undefined;
}

function inDigits(tokens: Tokens, at: number, { point }: Settings): Found | undefined {
  const decimal = vulgarAt(tokens, at) ?? inDecimals(tokens, at, point ?? ".");
  if (decimal?.value?.den !== 1n) return decimal === undefined ? undefined : scaled(tokens, decimal);
  const { end, value } = decimal;
  const over = end === at + 1 ? slashed(tokens, at) : undefined;
  if (over !== undefined) return over;
  const part = vulgarAt(tokens, end) ?? (tokens[end]?.gap === true ? slashed(tokens, end) : undefined);
  if (part?.value !== undefined && part.value.num < part.value.den) {
    return scaled(tokens, { end: part.end, value: plus(value, part.value) });
  }
  const spaced = afterSpaced(tokens, at);
  if (end === at + 1 && spaced > end) return { end: spaced, value: undefined };
  return scaled(tokens, withHalf(tokens, decimal));
}

function vulgarAt(tokens: Tokens, at: number): Found | undefined {
  const vulgar = VULGAR.get(tokens[at]?.text ?? "");
  return vulgar === undefined ? undefined : { end: at + 1, value: ratio(...vulgar) };
}

// "12 345": groups of three behind a space may be one number or several.
function afterSpaced(tokens: Tokens, at: number): number {
  let end = at + 1;
  if ((tokens[at]?.text.length ?? 4) > 3) return end;
  while (tokens[end]?.kind === "digits" && tokens[end]?.text.length === 3) end++;
  return end;
}

// "12", "1,234,567", "1,234.5", ".5": groups of three after one to three digits.
function inDecimals(tokens: Tokens, at: number, point: string): Found | undefined {
  const whole = wholeDigits(tokens, at, point === "." ? "," : ".");
  if (whole === undefined) return undefined;
  const { digits, end } = whole;
  const mark = digits === "" ? tokens[at] : joined(tokens, end);
  const after = mark?.text === point ? joined(tokens, end + 1) : undefined;
  const places = after?.kind === "digits" ? after.text : "";
  if ((digits === "" && places === "") || digits.length + places.length > MOST_DIGITS) return undefined;
  return { end: places === "" ? end : end + 2, value: ratio(BigInt(digits + places), tenTo(places.length)) };
}

// The digits before the point, none if it comes first; undefined where the groups are not of three.
function wholeDigits(tokens: Tokens, at: number, group: string): { digits: string; end: number } | undefined {
  const first = tokens[at];
  if (first?.kind !== "digits") return { digits: "", end: at };
  let digits = first.text;
  let end = at + 1;
  while (first.text.length <= 3 && joined(tokens, end)?.text === group && joined(tokens, end + 1)?.kind === "digits") {
    const next = tokens[end + 1]?.text ?? "";
    if (next.length !== 3) return undefined;
    digits += next;
    end += 2;
    if (digits.length > MOST_DIGITS) return undefined;
  }
  return { digits, end };
}

// "3/4" of plain digits.
function slashed(tokens: Tokens, at: number): Found | undefined {
  const over = digitsAt(tokens, at, 6);
  if (over === undefined || joined(tokens, at + 1)?.text !== "/" || joined(tokens, at + 2) === undefined)
    return undefined;
  const under = digitsAt(tokens, at + 2, 6);
  if (under === undefined || under === 0) return undefined;
  return { end: at + 3, value: ratio(BigInt(over), BigInt(under)) };
}

function inWords(tokens: Tokens, at: number): Found | undefined {
  const part = fraction(tokens, at);
  if (part !== undefined) return scaled(tokens, part);
  const whole = cardinal(tokens, at);
  if (whole?.value === undefined) return undefined;
  const { end } = whole;
  if (stands(tokens, end, "point")) return decimals(tokens, end + 1, whole.value);
  const mixed = scaled(tokens, withHalf(tokens, { end, value: ratio(whole.value) }));
  if (!isNumberWord(tokens[mixed.end]) || mixed.end !== end) return mixed;
  let last = end;
  while (isNumberWord(tokens[last]) && last - at < 40) last++;
  return { end: last, value: undefined };
}

// "half", "a quarter", "two thirds", "thirty-two fifths": plural parts of more than one, else of one.
function fraction(tokens: Tokens, at: number): Found | undefined {
  const half = stands(tokens, at, "half") ? at + 1 : undefined;
  if (half !== undefined) return { end: half, value: ratio(1n, 2n) };
  if (stands(tokens, at, "quarter") && isScaleWord(tokens[at + 1]?.text)) return { end: at + 1, value: ratio(1n, 4n) };
  const single = stands(tokens, at, "a") || stands(tokens, at, "one");
  const one = single && PARTS.has(tokens[skip(tokens, at + 1, "-")]?.text ?? "");
  const over = one ? { end: at + 1, value: 1n } : cardinal(tokens, at);
  if (over?.value === undefined) return undefined;
  const name = skip(tokens, over.end, "-");
  const part = PARTS.get(tokens[name]?.text ?? "");
  if (part === undefined || part.plural === one) return undefined;
  // "two hundred and fifty-four hundredths" and "thirty fifths" can be cut in two ways.
  const clear = over.value < 20n || (over.value < 100n && over.value % 10n !== 0n);
  return { end: name + 1, value: clear ? ratio(over.value, part.of) : undefined };
}

// "… and a half", "… and three quarters" behind a number below a thousand; behind a larger one it can be read in two ways.
function withHalf(tokens: Tokens, whole: Found): Found {
  if (!stands(tokens, whole.end, "and") || whole.value === undefined) return whole;
  const part = fraction(tokens, whole.end + 1);
  if (part?.value === undefined || part.value.num >= part.value.den) return whole;
  const large = isScaleWord(tokens[whole.end - 1]?.text);
  return { end: part.end, value: large ? undefined : plus(whole.value, part.value) };
}

// "nine point nought four", "two hundred point seventy-one".
function decimals(tokens: Tokens, at: number, whole: bigint): Found | undefined {
  let digits = "";
  let end = at;
  for (; end - at < 15; end++) {
    const small = SMALL.get(tokens[end]?.text ?? "");
    if (small === undefined || small > 9) break;
    digits += String(small);
  }
  const value = digits === "" ? cardinal(tokens, at) : undefined;
  if (value?.value !== undefined && value.value < 100n) {
    digits = String(value.value);
    ({ end } = value);
  }
  if (digits === "") return undefined;
  return scaled(tokens, { end, value: plus(ratio(whole), ratio(BigInt(digits), tenTo(digits.length))) });
}

// "1.5 million", "half a million", "20k", "two dozen".
function scaled(tokens: Tokens, found: Found): Found {
  const { value } = found;
  if (value === undefined) return found;
  const end = value.den !== 1n && stands(tokens, found.end, "of") ? found.end + 1 : found.end;
  const at = value.den !== 1n ? skip(tokens, end, "a") : skip(tokens, end, "-");
  const word = tokens[at]?.text ?? "";
  const short = at === found.end && tokens[at - 1]?.kind === "digits" ? SHORT_SCALES.get(word) : undefined;
  const by = SCALES.get(word) ?? OTHER_SCALES.get(word) ?? short;
  if (by === undefined) return found;
  const digits = tokens[found.end - 1]?.kind === "digits";
  if (digits && continues(tokens, at + 1)) return { end: afterRest(tokens, at + 1), value: undefined };
  return withHalf(tokens, { end: at + 1, value: times(value, ratio(by)) });
}

// "3 hundred and 21": a rest in words or digits behind scaled digits is not added up.
function continues(tokens: Tokens, at: number): boolean {
  const next = tokens[skip(tokens, at, "and")];
  return tokens[at]?.gap === true && (isNumberWord(next) || (next?.kind === "digits" && next.text.length < 4));
}

function afterRest(tokens: Tokens, at: number): number {
  let end = at;
  while (end - at < 40 && (isNumberWord(tokens[end]) || tokens[end]?.kind === "digits" || stands(tokens, end, "and")))
    end++;
  return end;
}

function isScaleWord(word: string | undefined): boolean {
  return word !== undefined && (word === "hundred" || SCALES.has(word));
}
