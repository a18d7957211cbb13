// This file reads named stretches of the calendar: years, months, quarters, weeks, decades (SPEC.md §8.12).
import { dayOf, fourDigits, isoOf, two } from "../date/day.ts";
import { shiftOf } from "../date/holiday.ts";
import { leaning, referenceOf } from "../date/lean.ts";
import { dayAt, monthAt, yearAt } from "../date/year.ts";
import { ordinal } from "../number/cardinal.ts";
import { type Grammar, remembered } from "../memo.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { century, decade } from "./decade.ts";
import { nthWeek } from "./weeks.ts";

type Found = Match<string>;
type Rule = (tokens: Tokens, at: number, settings: Settings) => Found | undefined;

/** "2016" → "2016", "April 2017" → "2017-04", "q1 2017" → "2017-Q1", "week 10 of 2020" → "2020-W10", "the 1990s" → "199X". */
export const stretch: Grammar<string> = remembered(readStretch);

function readStretch(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  for (const rule of [
    quarterFirst,
    quarterLast,
    weekOf,
    numberedWeek,
    decade,
    century,
    monthYear,
    yearMonth,
    year,
    bareMonth,
  ]) {
    const found = rule(tokens, at, settings);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A year told before or after a stretch: digits, words, or "this year" where a reference is told. */
function toldYear(tokens: Tokens, at: number, settings: Settings): Match<number> | undefined {
  const start = skip(tokens, at, "the");
  const told = stands(tokens, start, "year") ? skip(tokens, start + 1, "of") : at;
  const found = yearAt(tokens, told, settings);
  if (found?.value !== undefined && found.value >= 1000) return found;
  const which = start > at ? 0 : shiftOf(tokens[start]?.text ?? "");
  const word = start > at ? start : start + 1;
  const reference = referenceOf(settings);
  if (which === undefined || reference === undefined || !stands(tokens, word, "year")) return undefined;
  return { end: word + 1, value: reference.day.year + which };
}

/** Words before a bare year or a month that is also a verb. */
const BEFORE: ReadonlySet<string> = new Set(
  "in of since during and or until till from for by to between before after than through = year - \u2013 ~".split(" "),
);

/** Words before a month that is also a verb. */
const BEFORE_MONTH: ReadonlySet<string> = new Set(
  "in of since until till from by between before after during through mid early late".split(" "),
);

// At the start only what stands alone, or before a mark.
function introduced(tokens: Tokens, at: number, words: ReadonlySet<string>): boolean {
  const next = tokens[at + 1];
  return at === 0
    ? next === undefined || next.kind === "mark" || next.text === "or"
    : words.has(tokens[at - 1]?.text ?? "");
}

// "2016", "year 2008", "the calendar year 2008", "nineteen ninety-six".
const year: Rule = (tokens, at, settings) => {
  const cy = stands(tokens, at, "cy") ? at + 1 : undefined;
  const calendar = skip(tokens, at, "calendar");
  const start = cy ?? (stands(tokens, calendar, "year") ? skip(tokens, calendar + 1, "of") : at);
  if (start === at && !introduced(tokens, at, BEFORE)) return undefined;
  const token = tokens[start];
  const found = token?.kind === "mark" ? undefined : yearAt(tokens, start, settings);
  if (found?.value === undefined || found.value < 1500 || found.value > 2199) return undefined;
  if (token?.kind === "digits" && token.text.length !== 4) return undefined;
  if (
    ["-", "/", ".", ":", ","].includes(joined(tokens, found.end)?.text ?? "") &&
    joined(tokens, found.end + 1)?.kind === "digits"
  )
    return undefined;
  return { end: found.end, value: fourDigits(found.value) };
};

// "April 2017", "april of 87", "dec-2018", "June of next year", "12-2015".
const monthYear: Rule = (tokens, at, settings) => {
  const named = monthAt(tokens, at);
  if (named?.value === undefined) return digitsYear(tokens, at);
  const joint = marked(tokens, named.end) ? named.end + 1 : named.end;
  const start = joint > named.end ? joint : skip(tokens, skip(tokens, joint, ","), "of", "in");
  const told = start > named.end ? toldYear(tokens, start, settings) : bareYear(tokens, start, settings);
  if (told?.value === undefined) return undefined;
  return { end: told.end, value: `${fourDigits(told.value)}-${two(named.value)}` };
};

// "12-2015".
function digitsYear(tokens: Tokens, at: number): Found | undefined {
  const month = digitsAt(tokens, at, 2);
  if (month === undefined || month > 12 || month < 1 || !marked(tokens, at + 1)) return undefined;
  const year = fullYear(tokens, at + 2);
  return year === undefined ? undefined : { end: at + 3, value: `${year}-${two(month)}` };
}

function marked(tokens: Tokens, at: number): boolean {
  return ["-", "/"].includes(joined(tokens, at)?.text ?? "");
}

// Directly behind a month only a full year or one in words: "March 15" is a day.
function bareYear(tokens: Tokens, at: number, settings: Settings): Match<number> | undefined {
  return tokens[at]?.kind === "digits" && tokens[at].text.length !== 4 ? undefined : toldYear(tokens, at, settings);
}

function fullYear(tokens: Tokens, at: number): string | undefined {
  const token = tokens[at];
  if (token?.kind !== "digits" || !/^(?:1[5-9]|2[01])[0-9]{2}$/.test(token.text)) return undefined;
  return ["-", "/", "."].includes(joined(tokens, at + 1)?.text ?? "") && joined(tokens, at + 2)?.kind === "digits"
    ? undefined
    : token.text;
}

// "2017 april", "2015-3".
const yearMonth: Rule = (tokens, at) => {
  const token = tokens[at];
  if (token?.kind !== "digits" || !/^(?:1[5-9]|2[01])[0-9]{2}$/.test(token.text)) return undefined;
  const mark = marked(tokens, at + 1);
  const named = monthAt(tokens, mark ? at + 2 : skip(tokens, at + 1, ","));
  const digits = mark && joined(tokens, at + 2) !== undefined ? digitsAt(tokens, at + 2, 2) : undefined;
  const month = named?.value ?? digits ?? 0;
  const end = named?.end ?? at + 3;
  if (month < 1 || month > 12 || tokens[end]?.kind === "digits") return undefined;
  const more = marked(tokens, end) && tokens[end + 1]?.kind === "digits";
  return more ? undefined : { end, value: `${token.text}-${two(month)}` };
};

// "april", "this September": by `lean`; not a month with its day.
const bareMonth: Rule = (tokens, at, settings) => {
  const reference = referenceOf(settings);
  const own = stands(tokens, at, "this");
  const named = monthAt(tokens, own ? at + 1 : at);
  if (named?.value === undefined || reference === undefined || settings.lean === undefined) return undefined;
  const { value: month } = named;
  if (dayAt(tokens, skip(tokens, named.end, "the", "-", "/")) !== undefined) return undefined;
  if (own && stands(tokens, at + 1, "may")) return undefined;
  if (["may", "march", "mar", "jan", "dec"].includes(tokens[at]?.text ?? "") && !introduced(tokens, at, BEFORE_MONTH))
    return undefined;
  const years = [-2, -1, 0, 1, 2].flatMap((add) => dayOf(reference.day.year + add, month, 1) ?? []);
  const day = own ? years[2] : leaning(years, settings);
  return { end: named.end, value: day === undefined ? undefined : isoOf(day).slice(0, 7) };
};

// "q1 2017", "first quarter of 2017", "H2 of this year", "next year's first quarter" without the year first.
const quarterLast: Rule = (tokens, at, settings) => {
  const part = partOfYear(tokens, at);
  if (part === undefined) return undefined;
  const mark = joined(tokens, part.end)?.text === "-" ? part.end + 1 : skip(tokens, part.end, ",");
  const told = toldYear(tokens, skip(tokens, mark, "of", "in"), settings);
  return told?.value === undefined ? undefined : { end: told.end, value: `${fourDigits(told.value)}-${part.value}` };
};

// "2017 q1", "2019-H2".
const quarterFirst: Rule = (tokens, at) => {
  const token = tokens[at];
  if (token?.kind !== "digits" || token.text.length !== 4) return undefined;
  const part = partOfYear(tokens, joined(tokens, at + 1)?.text === "-" ? at + 2 : at + 1);
  return part === undefined ? undefined : { end: part.end, value: `${token.text}-${part.value}` };
};

function partOfYear(tokens: Tokens, at: number): Match<string> | undefined {
  const letter = tokens[at]?.text ?? "";
  const digit = letter === "q" || letter === "h" ? joined(tokens, at + 1)?.text : undefined;
  if (digit !== undefined && (letter === "q" ? /^[1-4]$/ : /^[12]$/).test(digit))
    return { end: at + 2, value: letter.toUpperCase() + digit };
  const start = skip(tokens, at, "the");
  const count = ordinal(tokens, start);
  if (count?.value === undefined || count.value < 1n || count.value > 4n) return undefined;
  if (stands(tokens, count.end, "quarter")) return { end: count.end + 1, value: `Q${count.value}` };
  const half = stands(tokens, count.end, "half") && count.value < 3n;
  return half ? { end: count.end + 1, value: `H${count.value}` } : undefined;
}

// "the first week of 2021", "last week of Dec 2016": weeks belong to the month that has their Thursday.
const weekOf: Rule = (tokens, at, settings) => {
  const start = skip(tokens, at, "the");
  const last = stands(tokens, start, "last");
  const count = last ? { end: start + 1, value: -1n } : ordinal(tokens, start);
  if (count?.value === undefined || !stands(tokens, count.end, "week") || !stands(tokens, count.end + 1, "of"))
    return undefined;
  const span = monthYear(tokens, count.end + 2, settings) ?? bareMonth(tokens, count.end + 2, settings);
  const whole = span ?? yearOnly(tokens, count.end + 2, settings);
  if (whole === undefined) return undefined;
  const week = whole.value === undefined ? undefined : nthWeek(whole.value, Number(count.value));
  return { end: whole.end, value: week };
};

function yearOnly(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const told = toldYear(tokens, at, settings);
  return told?.value === undefined ? undefined : { end: told.end, value: fourDigits(told.value) };
}

// "week 10", "week 27 of last year".
const numberedWeek: Rule = (tokens, at, settings) => {
  const digits = stands(tokens, at, "week") ? digitsAt(tokens, at + 1, 2) : undefined;
  if (digits === undefined || digits < 1 || digits > 53) return undefined;
  const told = stands(tokens, at + 2, "of") ? toldYear(tokens, at + 3, settings) : undefined;
  const year = told?.value ?? referenceOf(settings)?.day.year;
  return { end: told?.end ?? at + 2, value: year === undefined ? undefined : `${fourDigits(year)}-W${two(digits)}` };
};
