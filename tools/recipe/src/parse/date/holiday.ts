// This file reads days that a rule finds in a year or month: holidays, "the first Monday of May", "the last day of the month" (SPEC.md §8.4).
import { daysIn } from "../../time/moment.ts";
import { ordinal } from "../number/cardinal.ts";
import type { Settings } from "../settings.ts";
import { type Match, skip, stands, type Tokens } from "../token.ts";
import { after, type Day, dayOf, isoOf, weekday } from "./day.ts";
import { countOf, leaning, type Reference, referenceOf } from "./lean.ts";
import { WEEKDAY_NAMES } from "./names.ts";
import { monthAt, yearAt } from "./year.ts";

type InYear = (year: number) => Day | undefined;

const on =
  (month: number, day: number): InYear =>
  (year) =>
    dayOf(year, month, day);
const nth =
  (count: number, name: number, month: number, add = 0): InYear =>
  (year) => {
    const found = nthWeekday({ year, month, name, count });
    return found === undefined ? undefined : after(found, add, "D");
  };
const beforeEaster =
  (days: number): InYear =>
  (year) => {
    const easter = easterOf(year);
    return easter === undefined ? undefined : after(easter, -days, "D");
  };

const HOLIDAYS: readonly (readonly [names: string, day: InYear])[] = [
  ["new year/new years/new year day/new years day", on(1, 1)],
  ["new years eve/new year eve", on(12, 31)],
  ["christmas/christmas day/xmas/xmas day", on(12, 25)],
  ["christmas eve/xmas eve", on(12, 24)],
  ["boxing day", on(12, 26)],
  ["halloween/halloween day", on(10, 31)],
  ["valentines day/valentine day/saint valentines day/st valentines day", on(2, 14)],
  ["independence day", on(7, 4)],
  ["veterans day/veteran day", on(11, 11)],
  ["saint patricks day/st patricks day/saint patrick/st patrick/saint patrick day/st . patricks day", on(3, 17)],
  ["april fools/april fools day/april fool day", on(4, 1)],
  ["earth day", on(4, 22)],
  ["groundhog day/ground hog day", on(2, 2)],
  ["cinco de mayo", on(5, 5)],
  ["juneteenth", on(6, 19)],
  ["may day/international workers day", on(5, 1)],
  ["womens day/international womens day", on(3, 8)],
  ["thanksgiving/thanksgiving day", nth(4, 4, 11)],
  ["black friday", nth(4, 4, 11, 1)],
  ["cyber monday", nth(4, 4, 11, 4)],
  ["labor day", nth(1, 1, 9)],
  ["memorial day", nth(-1, 1, 5)],
  ["martin luther king day/martin luther king jr day/mlk day", nth(3, 1, 1)],
  ["presidents day/washingtons birthday", nth(3, 1, 2)],
  ["columbus day", nth(2, 1, 10)],
  ["mothers day/mother day", nth(2, 0, 5)],
  ["fathers day/father day", nth(3, 0, 6)],
  ["easter/easter sunday/easter day", beforeEaster(0)],
  ["easter monday", beforeEaster(-1)],
  ["good friday", beforeEaster(2)],
  ["palm sunday", beforeEaster(7)],
  ["ash wednesday", beforeEaster(46)],
];

const BY_NAME: ReadonlyMap<string, InYear> = new Map(
  HOLIDAYS.flatMap(([names, day]) => names.split("/").map((name) => [name, day] as const)),
);
const FIRST_WORDS: ReadonlySet<string> = new Set([...BY_NAME.keys()].map((name) => name.split(" ")[0] ?? ""));
const MOST_TOKENS = 6;

/** "Thanksgiving 2024", "next Easter", "the first Monday of next month" as ISO text; without a year by `lean`. */
export function ruledDay(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  return holiday(tokens, at, settings) ?? nthOf(tokens, at, settings);
}

function holiday(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const which = ["last", "next", "this", "following", "previous"].includes(tokens[at]?.text ?? "") ? at + 1 : at;
  const found = namedAt(tokens, which);
  if (found?.value === undefined) return undefined;
  const year = which > at ? undefined : yearOf(tokens, found.end, settings);
  if (year !== undefined) return written(year.end, year.value === undefined ? undefined : found.value(year.value));
  const reference = referenceOf(settings);
  if (reference === undefined) return { end: found.end, value: undefined };
  const days = [-2, -1, 0, 1, 2].flatMap((add) => found.value?.(reference.day.year + add) ?? []);
  const day = which > at ? beside(days, tokens[at]?.text ?? "", reference) : leaning(days, settings);
  return written(found.end, day);
}

function written(end: number, day: Day | undefined): Match<string> {
  return { end, value: day === undefined ? undefined : isoOf(day) };
}

// The longest name; "'s" is read as "s".
function namedAt(tokens: Tokens, at: number): Match<InYear> | undefined {
  if (!FIRST_WORDS.has(tokens[at]?.text ?? "")) return undefined;
  let name = "";
  let best: Match<InYear> | undefined;
  for (let end = at; end < at + MOST_TOKENS; end++) {
    const text = tokens[end]?.text;
    if (text === undefined) break;
    if (text === "'" || text === "\u2019") continue;
    name += (text === "s" && ["'", "\u2019"].includes(tokens[end - 1]?.text ?? "")) || end === at ? text : ` ${text}`;
    const value = BY_NAME.get(name);
    if (value !== undefined) best = { end: end + 1, value };
  }
  return best;
}

// "2024", "of 2024", "of this year".
function yearOf(tokens: Tokens, at: number, settings: Settings): Match<number> | undefined {
  const start = skip(tokens, skip(tokens, at, ","), "of", "in");
  const told = tokens[start]?.kind === "digits" ? yearAt(tokens, start, settings) : undefined;
  if (told?.value !== undefined) return told;
  const shift = shiftOf(tokens[start]?.text ?? "");
  const reference = referenceOf(settings);
  if (shift === undefined || reference === undefined || !stands(tokens, start + 1, "year")) return undefined;
  return { end: start + 2, value: reference.day.year + shift };
}

/** Which period beside the present one a word means. */
export function shiftOf(word: string): number | undefined {
  return { last: -1, previous: -1, past: -1, this: 0, current: 0, next: 1, following: 1, coming: 1, upcoming: 1 }[word];
}

function beside(days: readonly Day[], which: string, { day }: Reference): Day | undefined {
  const now = countOf(day);
  if (which === "this") return days.find(({ year }) => year === day.year);
  if (which === "last" || which === "previous") return days.filter((one) => countOf(one) < now).at(-1);
  return days.find((one) => countOf(one) > now);
}

// "the first Monday of May 2024", "the 15th day of next month", "last day of this month".
function nthOf(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const start = skip(tokens, at, "the");
  const last = stands(tokens, start, "last");
  const count = last ? { end: start + 1, value: -1n } : ordinal(tokens, start);
  const name = WEEKDAY_NAMES.get(tokens[count?.end ?? -1]?.text ?? "");
  const day = stands(tokens, count?.end ?? -1, "day");
  if (count?.value === undefined || count.value > 31n) return undefined;
  if (name === undefined && !day) return undefined;
  if (!["of", "in"].includes(tokens[count.end + 1]?.text ?? "")) return undefined;
  const month = monthOf(tokens, count.end + 2, settings);
  if (month === undefined) return undefined;
  return written(month.end, month.value === undefined ? undefined : dayIn(month.value, Number(count.value), name));
}

// Counted from the end where negative.
function dayIn({ year, month }: Month, count: number, name: number | undefined): Day | undefined {
  if (name !== undefined) return nthWeekday({ year, month, name, count });
  return dayOf(year, month, count < 0 ? daysIn(month, year) : count);
}

type Month = { readonly year: number; readonly month: number };

// "May 2024", "next month", "the month".
function monthOf(tokens: Tokens, at: number, settings: Settings): Match<Month> | undefined {
  const named = monthAt(tokens, at);
  if (named?.value !== undefined) {
    const year = yearOf(tokens, named.end, settings);
    return year?.value === undefined ? undefined : { end: year.end, value: { year: year.value, month: named.value } };
  }
  const shift = stands(tokens, at, "the") ? 0 : shiftOf(tokens[at]?.text ?? "");
  const reference = referenceOf(settings);
  if (shift === undefined || reference === undefined || !stands(tokens, at + 1, "month")) return undefined;
  const moved = after({ ...reference.day, day: 1 }, shift, "M");
  return { end: at + 2, value: moved };
}

type Nth = Month & { readonly name: number; readonly count: number };

// Counted from the end where negative.
function nthWeekday({ year, month, name, count }: Nth): Day | undefined {
  const first = dayOf(year, month, 1);
  if (first === undefined) return undefined;
  const offset = (name - weekday(first) + 7) % 7;
  const weeks = count > 0 ? count - 1 : Math.floor((daysIn(month, year) - 1 - offset) / 7) + 1 + count;
  return dayOf(year, month, 1 + offset + 7 * weeks);
}

// Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
function easterOf(year: number): Day | undefined {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const days = h + l - 7 * m + 114;
  return dayOf(year, Math.floor(days / 31), (days % 31) + 1);
}
