// This file reads amounts of money (SPEC.md §8.8).
import { number } from "../number/number.ts";
import { decimalOf, negative, plus, type Ratio, ratio, times } from "../ratio.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { codeOf, CURRENCY_NAMES, SHARED, SIGNS } from "./currencies.ts";

/** Letters that may stand apart from their dollar sign. */
const APART: readonly string[] = ["us", "c", "nz", "hk"];

/** "$48.2 million" → "48200000 USD" where the region is the US; a sign that countries share has no value without one. */
export function currency(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const minus = (stands(tokens, at, "-") || stands(tokens, at, "\u2212")) && joined(tokens, at + 1) !== undefined;
  return signFirst(tokens, minus ? at + 1 : at, { settings, minus }) ?? amountFirst(tokens, at, settings);
}

type Way = { readonly settings: Settings; readonly minus: boolean };

// "$12.50", "EUR 12", "c $ 300 million".
function signFirst(tokens: Tokens, at: number, { settings, minus }: Way): Match<string> | undefined {
  const sign = signAt(tokens, at, settings) ?? codeAt(tokens, at);
  if (sign === undefined) return undefined;
  const amount = number(tokens, sign.end, settings);
  if (amount === undefined || (minus && amount.value !== undefined && amount.value.num < 0n)) return undefined;
  const other = signAt(tokens, amount.end, settings);
  // "$ 30 $" may be either's amount.
  if (other !== undefined && number(tokens, other.end, settings) === undefined)
    return { end: other.end, value: undefined };
  const value = amount.value !== undefined && minus ? negative(amount.value) : amount.value;
  return { end: amount.end, value: write(value, sign.value) };
}

// "12 euros", "12 EUR", "420 million finnish markka", "12 $".
function amountFirst(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const amount = number(tokens, at, settings);
  if (amount === undefined) return undefined;
  const minor = minorAt(tokens, at, settings);
  if (minor !== undefined) return minor;
  const unit = skip(tokens, amount.end, "-");
  const sign =
    nameAt(tokens, unit) ??
    signAt(tokens, unit, settings) ??
    codeAt(tokens, unit) ??
    sharedName(tokens, unit, settings);
  if (sign === undefined) return undefined;
  const small = centsAt(tokens, skip(tokens, sign.end, "and"), settings);
  if (small?.value !== undefined && amount.value?.den === 1n)
    return { end: small.end, value: write(plus(amount.value, small.value), sign.value) };
  // "15 dollars 50" goes on.
  const more = tokens[sign.end]?.gap === true ? number(tokens, skip(tokens, sign.end, "and")) : undefined;
  if (more !== undefined) return { end: more.end, value: undefined };
  return { end: sign.end, value: write(amount.value, sign.value) };
}

/** Names of hundredths → the sign whose region tells the currency. */
const HUNDREDTHS: ReadonlyMap<string, string> = new Map([
  ["cent", "$"],
  ["cents", "$"],
  ["pence", "\u00a3"],
  ["penny", "\u00a3"],
]);

// "50 cents", "470 pence", where the region has them.
function minorAt(tokens: Tokens, at: number, { region, point }: Settings): Match<string> | undefined {
  const amount = number(tokens, at, { point });
  const sign = HUNDREDTHS.get(tokens[skip(tokens, amount?.end ?? at, "-")]?.text ?? "");
  if (amount === undefined || sign === undefined) return undefined;
  const code = region === undefined ? undefined : SHARED.get(sign)?.[region];
  const value = amount.value === undefined ? undefined : times(amount.value, ratio(1n, 100n));
  return { end: skip(tokens, amount.end, "-") + 1, value: write(value, code) };
}

// "50 cents" behind the whole units.
function centsAt(tokens: Tokens, at: number, settings: Settings): Match<Ratio> | undefined {
  const amount = number(tokens, at, settings);
  const value = amount?.value;
  if (amount === undefined || value === undefined || !HUNDREDTHS.has(tokens[amount.end]?.text ?? "")) return undefined;
  const whole = value.den === 1n && value.num > 0n && value.num < 100n;
  return { end: amount.end + 1, value: whole ? times(value, ratio(1n, 100n)) : undefined };
}

function signAt(tokens: Tokens, at: number, { region }: Settings): Match<string> | undefined {
  const first = tokens[at];
  if (first === undefined) return undefined;
  const second = tokens[at + 1];
  const apart = second?.gap === true && !APART.includes(first.text);
  const pair = second === undefined || apart ? undefined : SIGNS.get(first.text + second.text);
  if (pair !== undefined) return { end: at + 2, value: pair };
  const own = SIGNS.get(first.text);
  if (own !== undefined) return { end: at + 1, value: own };
  const shared = first.kind === "mark" ? SHARED.get(first.text) : undefined;
  return shared === undefined ? undefined : { end: at + 1, value: region === undefined ? undefined : shared[region] };
}

function codeAt(tokens: Tokens, at: number): Match<string> | undefined {
  const code = codeOf(tokens[at]?.text ?? "");
  return code === undefined ? undefined : { end: stands(tokens, at + 1, "$") ? at + 2 : at + 1, value: code };
}

// The longest name of at most five words.
function nameAt(tokens: Tokens, at: number): Match<string> | undefined {
  for (let count = 5; count > 0; count--) {
    const words = tokens.slice(at, at + count).map(({ text }) => text);
    const code = words.length === count ? CURRENCY_NAMES.get(words.join(" ")) : undefined;
    if (code !== undefined) return { end: at + count, value: code };
  }
  return undefined;
}

function sharedName(tokens: Tokens, at: number, { region }: Settings): Match<string> | undefined {
  const token = tokens[at];
  const shared = token?.kind === "word" ? SHARED.get(token.text) : undefined;
  return shared === undefined ? undefined : { end: at + 1, value: region === undefined ? undefined : shared[region] };
}

function write(amount: Ratio | undefined, code: string | undefined): string | undefined {
  const decimal = amount === undefined ? undefined : decimalOf(amount);
  return decimal === undefined || code === undefined ? undefined : `${decimal} ${code}`;
}
