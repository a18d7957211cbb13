// This file reads lengths of time as ISO 8601 durations (SPEC.md §8.6).
import { number } from "../number/number.ts";
import { decimalOf, plus, type Ratio, ratio, times } from "../ratio.ts";
import { joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { type Period, PERIOD_NAMES, PERIODS } from "./names.ts";

type Part = { readonly period: Period; readonly size: Ratio };

/** "1 hour 30 minutes" → "PT1H30M": units from large to small, each once. */
export function duration(tokens: Tokens, at: number): Match<string> | undefined {
  const written = isoAt(tokens, at);
  if (written !== undefined) return written;
  const parts: (Part & { readonly end: number; readonly unit: string })[] = [];
  for (let next = at; ;) {
    const part = partAt(tokens, next);
    const last = parts.at(-1);
    if (part === undefined || (last !== undefined && rank(part.period) <= rank(last.period))) break;
    parts.push(part);
    next = skip(tokens, skip(tokens, part.end, ","), "and");
  }
  const last = parts.at(-1);
  if (last === undefined) return undefined;
  const whole = withHalf(tokens, parts, last.end);
  // A lone "m" may be minutes, months or metres.
  const unclear = parts.length === 1 && last.unit === "m";
  return { end: whole.end, value: unclear ? undefined : isoDuration(whole.parts) };
}

/** The parts of a canonical duration; undefined for any other text. */
export function partsOfIso(text: string): readonly Part[] | undefined {
  const found = ISO.exec(text);
  if (found === null || text.length > 80 || text.endsWith("P") || text.endsWith("T")) return undefined;
  return PERIODS.flatMap((period, index) => {
    const [whole, places = ""] = (found[index + 1] ?? "").split(".");
    if (whole === undefined || whole === "") return [];
    return [{ period, size: ratio(BigInt(whole + places), 10n ** BigInt(places.length)) }];
  });
}

const SIZE = "([0-9]+(?:\\.[0-9]+)?)";
const ISO = new RegExp(
  `^P(?:${SIZE}Y)?(?:${SIZE}M)?(?:${SIZE}W)?(?:${SIZE}D)?(?:T(?:${SIZE}H)?(?:${SIZE}M)?(?:${SIZE}S)?)?$`,
);

function isoDuration(parts: readonly Part[]): string | undefined {
  let text = "P";
  for (const { period, size } of parts) {
    const decimal = decimalOf(size);
    if (decimal === undefined || decimal.startsWith("-")) return undefined;
    if (decimal === "0" && parts.length > 1) continue;
    const clock = period === "H" || period === "N" || period === "S";
    text += `${clock && !text.includes("T") ? "T" : ""}${decimal}${period === "N" ? "M" : period}`;
  }
  return text === "P" ? "PT0S" : text;
}

// The canonical form itself, as it may stand in a text.
function isoAt(tokens: Tokens, at: number): Match<string> | undefined {
  if (tokens[at]?.text !== "p" && tokens[at]?.text !== "pt") return undefined;
  let end = at + 1;
  let text = tokens[at].text;
  for (; end - at < 32 && joined(tokens, end) !== undefined; end++) text += tokens[end]?.text ?? "";
  const parts = partsOfIso(text.toUpperCase());
  return parts === undefined ? undefined : { end, value: isoDuration(parts) };
}

function partAt(tokens: Tokens, at: number): (Part & { end: number; unit: string }) | undefined {
  const many = sizeAt(tokens, at);
  if (many?.value === undefined) return undefined;
  const name = skip(tokens, many.end, "-");
  const unit = tokens[name]?.text ?? "";
  const found = PERIOD_NAMES.get(unit);
  // "three night markets".
  if (found === undefined || (unit === "night" && many.value.num !== 1n)) return undefined;
  return { period: found.period, size: times(many.value, ratio(BigInt(found.by))), end: name + 1, unit };
}

// "an", "half an" and what `number` reads.
function sizeAt(tokens: Tokens, at: number): Match<Ratio> | undefined {
  const one = (from: number): boolean => stands(tokens, from, "a") || stands(tokens, from, "an");
  if (stands(tokens, at, "half") && one(at + 1)) return { end: at + 2, value: ratio(1n, 2n) };
  const couple = one(at) && stands(tokens, at + 1, "couple") ? at + 2 : undefined;
  if (couple !== undefined) return { end: skip(tokens, couple, "of"), value: ratio(2n) };
  const found = number(tokens, at);
  return found ?? (one(at) ? { end: at + 1, value: ratio(1n) } : undefined);
}

// "an hour and a half", "one year and a quarter".
function withHalf(tokens: Tokens, parts: readonly Part[], end: number): { parts: readonly Part[]; end: number } {
  const last = parts.at(-1);
  const name = skip(tokens, end + 1, "a");
  const part = { half: ratio(1n, 2n), quarter: ratio(1n, 4n) }[tokens[name]?.text ?? ""];
  if (last === undefined || part === undefined || !stands(tokens, end, "and")) return { parts, end };
  if (PERIOD_NAMES.has(tokens[name + 1]?.text ?? "")) return { parts, end };
  return { parts: [...parts.slice(0, -1), { ...last, size: plus(last.size, part) }], end: name + 1 };
}

function rank(period: Period): number {
  return PERIODS.indexOf(period);
}
