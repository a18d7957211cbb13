// This file reads dates written in full: numbers, names of months, words (SPEC.md §8.4).
import { cardinal } from "../number/cardinal.ts";
import { type Grammar, remembered } from "../memo.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { dayOf, isoOf, weekday } from "./day.ts";
import { ruledDay } from "./holiday.ts";
import { comingDay, shortNumbers, yearless } from "./recurring.ts";
import { countedDay, relativeDay } from "./relative.ts";
import { clockAt } from "../clock/time.ts";
import { dayAt, monthAt, weekdayAt, yearAt } from "./year.ts";

type Found = Match<string>;
type Rule = (tokens: Tokens, at: number, settings: Settings) => Found | undefined;

/** A date as ISO 8601 text; one that fits no calendar, contradicts its weekday or can be read in two ways has no value. */
export const date: Grammar<string> = remembered(readDate);

function readDate(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  if (tokens[at]?.kind === "mark") return undefined;
  const counted = settings.reference === undefined ? undefined : countedDay(tokens, at, { ...settings, base: named });
  return counted ?? named(tokens, at, settings);
}

// A date that is not counted from another.
function named(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const weekday = weekdayAt(tokens, at);
  for (const rule of [yearFirst, compact, numbers, dayFirst, monthFirst]) {
    const found = rule(tokens, weekday?.end ?? at, settings);
    if (found === undefined) continue;
    return { end: afterClock(tokens, found.end), value: agreeing(found.value, weekday?.value) };
  }
  const ruled = ruledDay(tokens, at, settings);
  if (ruled !== undefined || settings.reference === undefined) return ruled;
  const relative = relativeDay(tokens, at, settings);
  if (relative !== undefined || settings.lean === undefined) return relative;
  const short = shortNumbers(tokens, weekday?.end ?? at, settings);
  if (short !== undefined) return { end: short.end, value: agreeing(short.value, weekday?.value) };
  return comingDay(tokens, at, settings);
}

function agreeing(iso: string | undefined, named: number | undefined): string | undefined {
  if (iso === undefined || named === undefined) return iso;
  const day = dayOf(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)), Number(iso.slice(8)));
  return day !== undefined && weekday(day) === named ? iso : undefined;
}

// The date of a timestamp "2024-03-05T10:00:00Z".
function afterClock(tokens: Tokens, end: number): number {
  if (joined(tokens, end)?.text !== "t") return end;
  return clockAt(tokens, end + 1)?.end ?? end;
}

function build(end: number, year: number | undefined, month: number, day: number): Found {
  const built = year === undefined ? undefined : dayOf(year, month, day);
  return { end, value: built === undefined ? undefined : isoOf(built) };
}

// 2024-03-05, 2024/3/5, 2024-Mar-05, 2024 March 5th.
const yearFirst: Rule = (tokens, at) => {
  if (tokens[at]?.kind !== "digits" || tokens[at].text.length !== 4) return undefined;
  const year = digitsAt(tokens, at, 4);
  const mark = separator(tokens, at + 1);
  const named = monthAt(tokens, at + 1 + mark.length);
  const month = named ?? numberAt(tokens, at + 2, mark !== "");
  if (month?.value === undefined) return undefined;
  if (mark !== "" && joined(tokens, month.end)?.text !== mark) return undefined;
  const day = dayAt(tokens, month.end + mark.length);
  return day?.value === undefined ? undefined : build(day.end, year, month.value, day.value);
};

// 20240305, of the years 1900 to 2099.
const compact: Rule = (tokens, at) => {
  const token = tokens[at];
  if (token?.kind !== "digits" || !/^(?:19|20)[0-9]{6}$/.test(token.text)) return undefined;
  const [year, month, day] = [token.text.slice(0, 4), token.text.slice(4, 6), token.text.slice(6)].map(Number);
  const found = build(at + 1, year, month ?? 0, day ?? 0);
  return found.value === undefined ? undefined : found;
};

// 5/3/2024: a number above 12 is the day, equal numbers need no order, all else needs one.
const numbers: Rule = (tokens, at, settings) => {
  const first = digitsAt(tokens, at, 2);
  const mark = separator(tokens, at + 1);
  const second = digitsAt(tokens, at + 2, 2);
  if (first === undefined || mark === "" || second === undefined || separator(tokens, at + 3) !== mark)
    return undefined;
  const year = yearAt(tokens, at + 4, settings);
  if (year === undefined || Math.max(first, second) > 31 || Math.min(first, second) > 12) return undefined;
  const order = settings.order ?? orderOf(first, second);
  const [day, month] = order === "dmy" ? [first, second] : [second, first];
  return order === undefined ? { end: year.end, value: undefined } : build(year.end, year.value, month, day);
};

function orderOf(first: number, second: number): Settings["order"] {
  if (first > 12 || first === second) return "dmy";
  return second > 12 ? "mdy" : undefined;
}

// 5 March 2024, the 5th of March, 2024, 5-Mar-2024, fifth of March twenty twenty-four.
const dayFirst: Rule = (tokens, at, settings) => {
  const day = dayAt(tokens, skip(tokens, at, "the")) ?? dayInWords(tokens, at);
  if (day?.value === undefined) return undefined;
  const mark = separator(tokens, day.end);
  const start = mark === "" ? skip(tokens, skip(tokens, day.end, "day"), "of") : day.end + 1;
  const month = monthAt(tokens, start);
  if (month?.value === undefined) return undefined;
  return withYear(tokens, { end: month.end, month: month.value, day: day.value, mark }, settings);
};

// "fifteen August".
function dayInWords(tokens: Tokens, at: number): Match<number> | undefined {
  const words = tokens[at]?.kind === "word" ? cardinal(tokens, at) : undefined;
  if (words?.value === undefined || words.value < 2n || words.value > 31n) return undefined;
  return { end: words.end, value: Number(words.value) };
}

// March 5, 2024, Mar. 5th 2024, March the fifth, 2024.
const monthFirst: Rule = (tokens, at, settings) => {
  const month = monthAt(tokens, at);
  if (month?.value === undefined) return undefined;
  const mark = separator(tokens, month.end);
  const day = dayAt(tokens, mark === "" ? skip(tokens, month.end, "the") : month.end + 1);
  if (day?.value === undefined) return undefined;
  return withYear(tokens, { end: day.end, month: month.value, day: day.value, mark }, settings);
};

type Yearless = { readonly end: number; readonly month: number; readonly day: number; readonly mark: string };

function withYear(tokens: Tokens, { end, month, day, mark }: Yearless, settings: Settings): Found | undefined {
  if (mark !== "" && joined(tokens, end)?.text !== mark) return short(end, yearless(month, day, settings));
  const start = mark === "" ? skip(tokens, skip(tokens, end, ","), "of", "in") : end + 1;
  const year = yearAt(tokens, start, settings);
  const none = year === undefined || (year.value === undefined && start === end && !stands(tokens, end, "'"));
  return none ? { end, value: yearless(month, day, settings) } : build(year.end, year.value, month, day);
}

// "Oct/2" is a date only where `lean` tells its year.
function short(end: number, value: string | undefined): Found | undefined {
  return value === undefined ? undefined : { end, value };
}

// The mark between numbers of a date, without spaces around it; "" where there is none.
function separator(tokens: Tokens, at: number): string {
  const mark = joined(tokens, at)?.text ?? "";
  return ["-", "/", "."].includes(mark) && joined(tokens, at + 1) !== undefined ? mark : "";
}

function numberAt(tokens: Tokens, at: number, allowed: boolean): Match<number> | undefined {
  const value = allowed ? digitsAt(tokens, at, 2) : undefined;
  return value === undefined ? undefined : { end: at + 1, value };
}
