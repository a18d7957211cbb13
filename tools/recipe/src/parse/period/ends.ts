// This file reads ranges between two days, months or years: "from May to Oct 2020", "Nov 19-20" (SPEC.md §8.12).
import { moment } from "../clock/moment.ts";
import { date } from "../date/date.ts";
import { after, type Day, dayOf, dayOfIso, fourDigits, isoOf, two, weekday } from "../date/day.ts";
import { leaning, referenceOf } from "../date/lean.ts";
import { WEEKDAY_NAMES } from "../date/names.ts";
import { dayAt, monthAt, yearAt } from "../date/year.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { stretch } from "./calendar.ts";
import { rolling } from "./rolling.ts";

type Found = Match<string>;
/** What an end says of its day. */
type Parts = { readonly year: number | undefined; readonly month: number; readonly day: number | undefined };

const UNTIL: readonly string[] = ["to", "till", "until", "through", "thru", "-", "\u2013", "\u2014", "~"];

/** "X/Y": both ends as they are named. */
export function ends(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const between = stands(tokens, at, "between");
  const start = between || stands(tokens, at, "from") ? skip(tokens, at + 1, "in") : at;
  const isJoint = (index: number): boolean =>
    UNTIL.includes(tokens[index]?.text ?? "") || (between && stands(tokens, index, "and"));
  return (
    sharedMonth(tokens, start, { settings, isJoint }) ??
    partial(tokens, start, { settings, isJoint }) ??
    whole(tokens, start, { settings, isJoint })
  );
}

type Way = { readonly settings: Settings; readonly isJoint: (index: number) => boolean };

// "November 19-20, 2015", "april 9th through 17th", "between ninth and seventeenth of april".
function sharedMonth(tokens: Tokens, at: number, way: Way): Found | undefined {
  const month = monthAt(tokens, at);
  const from = dayAt(tokens, skip(tokens, month?.end ?? at, "the"));
  if (from?.value === undefined || !way.isJoint(from.end)) return undefined;
  const to = dayAt(tokens, skip(tokens, from.end + 1, "the"));
  if (to?.value === undefined) return undefined;
  const late = month === undefined ? monthAt(tokens, skip(tokens, to.end, "of", "in")) : undefined;
  const named = month?.value ?? late?.value;
  if (named === undefined || (month !== undefined && monthAt(tokens, to.end) !== undefined)) return undefined;
  if (goesOn(tokens, to.end) || to.value <= from.value) return undefined;
  const told = yearBehind(tokens, late?.end ?? to.end, way.settings);
  const parts = { year: told.value, month: named };
  return { end: told.end, value: resolved({ ...parts, day: from.value }, { ...parts, day: to.value }, way.settings) };
}

function goesOn(tokens: Tokens, at: number): boolean {
  return ["/", "-", ".", ":"].includes(joined(tokens, at)?.text ?? "");
}

// Ends of which one may lack its year.
function partial(tokens: Tokens, at: number, way: Way): Found | undefined {
  const from = partsAt(tokens, at, way.settings);
  if (from?.value === undefined || !way.isJoint(from.end)) return undefined;
  const to = partsAt(tokens, skip(tokens, from.end + 1, "in"), way.settings);
  if (to?.value === undefined) return undefined;
  return { end: to.end, value: resolved(from.value, to.value, way.settings) };
}

function resolved(from: Parts, to: Parts, settings: Settings): string | undefined {
  const later = order(to) >= order(from);
  const known = from.year ?? (to.year === undefined ? undefined : later ? to.year : to.year - 1);
  if (known !== undefined) return between(from, to, [known, to.year ?? (later ? known : known + 1)]);
  const reference = referenceOf(settings);
  if (reference === undefined || settings.lean === undefined) return undefined;
  const years = Array.from({ length: 17 }, (_, index) => reference.day.year - 8 + index);
  const starts = years.flatMap((year) => dayOf(year, from.month, from.day ?? 1) ?? []);
  // A period that holds the reference is meant whichever way it leans.
  const now = isoOf(reference.day);
  const current = starts.find((day) => isoOf(day) <= now && now <= lastOf(to, later ? day.year : day.year + 1));
  const start = current ?? leaning(starts, settings);
  return start === undefined ? undefined : between(from, to, [start.year, later ? start.year : start.year + 1]);
}

function lastOf({ month, day }: Parts, year: number): string {
  return `${fourDigits(year)}-${two(month)}-${two(day ?? 31)}`;
}

function order({ month, day }: Parts): number {
  return month * 32 + (day ?? 1);
}

function between(from: Parts, to: Parts, [first, last]: readonly [number, number]): string | undefined {
  const [start, end] = [text(from, first), text(to, last)];
  return start === undefined || end === undefined || start >= end ? undefined : `${start}/${end}`;
}

function text({ month, day }: Parts, year: number): string | undefined {
  if (day === undefined) return `${fourDigits(year)}-${two(month)}`;
  const found = dayOf(year, month, day);
  return found === undefined ? undefined : isoOf(found);
}

// "May", "Feb 5th, 2017", "26 june in 2019", "10/1", "10/1/2018".
function partsAt(tokens: Tokens, at: number, settings: Settings): Match<Parts> | undefined {
  return inNumbers(tokens, at, settings) ?? dayFirst(tokens, at, settings) ?? monthFirst(tokens, at, settings);
}

function monthFirst(tokens: Tokens, at: number, settings: Settings): Match<Parts> | undefined {
  const month = monthAt(tokens, at);
  if (month?.value === undefined) return undefined;
  const near = dayAt(tokens, skip(tokens, month.end, "the"));
  const day = near?.value !== undefined && near.value <= 31 ? near : undefined;
  const slash = day === undefined && ["/", "-"].includes(joined(tokens, month.end)?.text ?? "");
  const told = yearBehind(
    tokens,
    day?.end ?? (slash && joined(tokens, month.end + 1)?.text.length === 4 ? month.end + 1 : month.end),
    settings,
  );
  return { end: told.end, value: { year: told.value, month: month.value, day: day?.value } };
}

function dayFirst(tokens: Tokens, at: number, settings: Settings): Match<Parts> | undefined {
  const day = dayAt(tokens, skip(tokens, at, "the"));
  const month = day?.value === undefined ? undefined : monthAt(tokens, skip(tokens, day.end, "of"));
  if (month?.value === undefined || day?.value === undefined) return undefined;
  const told = yearBehind(tokens, month.end, settings);
  return { end: told.end, value: { year: told.value, month: month.value, day: day.value } };
}

function inNumbers(tokens: Tokens, at: number, { order: told }: Settings): Match<Parts> | undefined {
  const [first, second] = [digitsAt(tokens, at, 2), digitsAt(tokens, at + 2, 2)];
  const mark = joined(tokens, at + 1)?.text ?? "";
  if (first === undefined || second === undefined || !["/", "-"].includes(mark)) return undefined;
  const year = yearOfNumbers(tokens, at + 3, mark);
  if (mark === "-" && joined(tokens, at + 3)?.text !== mark) return undefined;
  const way = first > 12 ? "dmy" : second > 12 ? "mdy" : told;
  if (way === undefined && first !== second) return undefined;
  const [month, day] = way === "dmy" ? [second, first] : [first, second];
  if (month < 1 || month > 12) return undefined;
  return { end: year === undefined ? at + 3 : at + 5, value: { year, month, day } };
}

// "/2018", ", 2018".
function yearOfNumbers(tokens: Tokens, at: number, mark: string): number | undefined {
  const behind = joined(tokens, at)?.text === mark || stands(tokens, at, ",");
  return behind && tokens[at + 1]?.text.length === 4 ? digitsAt(tokens, at + 1, 4) : undefined;
}

// A full year, with what may stand before it.
function yearBehind(tokens: Tokens, at: number, settings: Settings): { end: number; value: number | undefined } {
  const start = skip(tokens, skip(tokens, at, ","), "of", "in");
  const token = tokens[start];
  const year = token?.kind === "digits" && token.text.length === 4 ? yearAt(tokens, start, settings) : undefined;
  return year?.value === undefined ? { end: at, value: undefined } : { end: year.end, value: year.value };
}

// Ends that stand for themselves: "from next Monday to Oct 1st 2020", "2014-2018", "between Jan 2019 and today".
function whole(tokens: Tokens, at: number, way: Way): Found | undefined {
  const from = endAt(tokens, at, way.settings);
  if (from === undefined || !way.isJoint(from.end)) return undefined;
  const to =
    weekdayAfter(tokens, from.end + 1, from.value) ?? endAt(tokens, skip(tokens, from.end + 1, "in"), way.settings);
  if (to === undefined) return undefined;
  const good = from.value !== undefined && to.value !== undefined && from.value < to.value;
  return { end: to.end, value: good ? `${from.value}/${to.value}` : undefined };
}

function endAt(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  if (tokens[at]?.kind === "digits" && /^(?:1[5-9]|2[01])[0-9]{2}$/.test(tokens[at].text)) {
    const plain = joined(tokens, at + 1)?.text !== "-" || joined(tokens, at + 2)?.text.length === 4;
    const named = monthAt(tokens, at + 1) !== undefined;
    if (plain && !named && joined(tokens, at + 1)?.text !== "/") return { end: at + 1, value: tokens[at].text };
  }
  if (stands(tokens, at, "now")) {
    const day = referenceOf(settings)?.day;
    return { end: at + 1, value: day === undefined ? undefined : isoOf(day) };
  }
  return (
    moment(tokens, at, settings) ??
    date(tokens, at, settings) ??
    rolling(tokens, at, settings) ??
    stretch(tokens, at, settings)
  );
}

// "from next Monday to Friday": the first such day after the start.
function weekdayAfter(tokens: Tokens, at: number, from: string | undefined): Found | undefined {
  const name = WEEKDAY_NAMES.get(tokens[at]?.text ?? "");
  const day: Day | undefined = name === undefined ? undefined : dayOfIso(from ?? "");
  if (name === undefined || day === undefined || tokens[at + 1]?.kind === "digits") return undefined;
  const moved = after(day, ((name - weekday(day) + 6) % 7) + 1, "D");
  return moved === undefined ? undefined : { end: at + 1, value: isoOf(moved) };
}
