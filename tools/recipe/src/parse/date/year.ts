// This file reads the parts of a date: years, days of the month, names (SPEC.md §8.4).
import { cardinal, ordinal, suffixOf } from "../number/cardinal.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { MONTH_NAMES, WEEKDAY_NAMES } from "./names.ts";

type Found = Match<number>;

/** A year: four digits; two, with the century stated; or words like "nineteen ninety-nine". */
export function yearAt(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const quoted = stands(tokens, at, "'") || stands(tokens, at, "\u2019") ? at + 1 : at;
  const token = tokens[quoted];
  if (token?.kind === "digits") {
    if (token.text.length === 4 && quoted === at) return { end: at + 1, value: Number(token.text) };
    if (token.text.length !== 2 || (quoted === at && isClock(tokens, at + 1))) return undefined;
    return { end: quoted + 1, value: inCentury(Number(token.text), settings.century) };
  }
  return quoted === at ? yearInWords(tokens, at) : undefined;
}

/** A day of the month: "5", "05", "5th", "fifth". */
export function dayAt(tokens: Tokens, at: number): Found | undefined {
  const day = digitsAt(tokens, at, 2);
  if (day !== undefined) {
    const suffix = joined(tokens, at + 1);
    if (suffix?.kind === "word" && suffix.text === suffixOf(BigInt(day))) return { end: at + 2, value: day };
    return { end: at + 1, value: day };
  }
  if (tokens[at]?.kind !== "word") return undefined;
  const words = ordinal(tokens, at);
  return words?.value === undefined || words.value > 31n ? undefined : { end: words.end, value: Number(words.value) };
}

/** The name of a month, with the point of a short form. */
export function monthAt(tokens: Tokens, at: number): Found | undefined {
  const word = tokens[at]?.text ?? "";
  const value = MONTH_NAMES.get(word);
  if (value === undefined) return undefined;
  const point = word.length < 5 && joined(tokens, at + 1)?.text === ".";
  return { end: point ? at + 2 : at + 1, value };
}

/** The name of a weekday, with the point of a short form and a comma. */
export function weekdayAt(tokens: Tokens, at: number): Found | undefined {
  const value = WEEKDAY_NAMES.get(tokens[at]?.text ?? "");
  return value === undefined ? undefined : { end: skip(tokens, skip(tokens, at + 1, "."), ","), value };
}

// "March 5, 10:30", "March 5, 10 am".
function isClock(tokens: Tokens, at: number): boolean {
  const next = joined(tokens, at);
  if (next?.kind === "word") return true;
  if (["am", "pm", "a", "p"].includes(tokens[at]?.text ?? "")) return true;
  return next !== undefined && [":", ".", "/"].includes(next.text) && joined(tokens, at + 1)?.kind === "digits";
}

function inCentury(year: number, first: number | undefined): number | undefined {
  if (first === undefined) return undefined;
  return first + ((((year - first) % 100) + 100) % 100);
}

function yearInWords(tokens: Tokens, at: number): Found | undefined {
  const whole = cardinal(tokens, at);
  if (whole?.value === undefined) return undefined;
  if (whole.value >= 1000n && whole.value < 3000n) return { end: whole.end, value: Number(whole.value) };
  if (whole.value < 15n || whole.value > 20n) return undefined;
  const oh = stands(tokens, whole.end, "oh") ? whole.end + 1 : undefined;
  const rest = cardinal(tokens, oh ?? skip(tokens, whole.end, "-"));
  if (rest?.value === undefined || (oh === undefined ? rest.value < 10n : rest.value > 9n) || rest.value > 99n)
    return undefined;
  return { end: rest.end, value: Number(whole.value * 100n + rest.value) };
}
