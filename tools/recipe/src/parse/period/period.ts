// This file reads periods: stretches of the calendar, ranges, open ends, parts of days (SPEC.md §8.12).
import { moment } from "../clock/moment.ts";
import { time, timeAfter } from "../clock/time.ts";
import { date } from "../date/date.ts";
import type { Settings } from "../settings.ts";
import { type Match, skip, stands, type Tokens } from "../token.ts";
import { stretch } from "./calendar.ts";
import { ends } from "./ends.ts";
import { hourRange } from "./hours.ts";
import { barePart, dayPart, PART_CODES } from "./part.ts";
import { rolling } from "./rolling.ts";

type Found = Match<string>;

/** "April 2017" → "2017-04", "from 3 to 5pm tomorrow" → "2016-11-08T15:00/2016-11-08T17:00", "since 2016" → ">=2016". */
export function period(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  if (tokens[at]?.kind === "mark") return undefined;
  return (
    bounded(tokens, at, settings) ??
    dayThenHours(tokens, at, settings) ??
    hoursThenDay(tokens, at, settings) ??
    orLater(tokens, at, settings) ??
    closed(tokens, at, settings)
  );
}

function closed(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  return (
    ends(tokens, at, settings) ??
    inPart(tokens, at, settings) ??
    rolling(tokens, at, settings) ??
    stretch(tokens, at, settings)
  );
}

const BOUNDS: readonly (readonly [words: string, relation: string])[] = [
  ["no later than", "<="],
  ["prior to", "<"],
  ["earlier than", "<"],
  ["later than", ">"],
  ["as late as", "<="],
  ["as early as", ">="],
  ["starting from", ">="],
  ["starting on", ">="],
  ["starting", ">="],
  ["beginning from", ">="],
  ["as of", ">="],
  ["before", "<"],
  ["after", ">"],
  ["since", ">="],
  ["until", "<="],
  ["till", "<="],
];
const BOUND_WORDS = BOUNDS.map(([words, relation]) => ({ words: words.split(" "), relation }));

/** The relation that the words from a token on tell. */
function boundAt(tokens: Tokens, at: number): Match<string> | undefined {
  const found = BOUND_WORDS.find(({ words }) => words.every((word, index) => stands(tokens, at + index, word)));
  return found === undefined ? undefined : { end: at + found.words.length, value: found.relation };
}

// "before 2018", "since tomorrow", "after 3pm".
function bounded(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const bound = boundAt(tokens, at);
  if (bound === undefined) return undefined;
  const start = skip(tokens, bound.end, "the");
  const end = edge(tokens, bound.end, settings) ?? (start > bound.end ? edge(tokens, start, settings) : undefined);
  return end === undefined ? undefined : { end: end.end, value: related(bound.value, end.value) };
}

// A moment, a time, a day or a named stretch.
function edge(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const stretched = rolling(tokens, at, settings) ?? stretch(tokens, at, settings);
  return moment(tokens, at, settings) ?? longer(date(tokens, at, settings), stretched) ?? time(tokens, at, settings);
}

function longer(a: Found | undefined, b: Found | undefined): Found | undefined {
  return b === undefined || (a !== undefined && a.end >= b.end) ? a : b;
}

function related(relation: string | undefined, value: string | undefined): string | undefined {
  return relation === undefined || value === undefined ? undefined : relation + value;
}

// "2012 or later", "3 pm or later".
function orLater(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const end = edge(tokens, at, settings);
  if (end === undefined || !(stands(tokens, end.end, "or") || stands(tokens, end.end, "and"))) return undefined;
  const relation = { later: ">=", after: ">=", newer: ">=", earlier: "<=", before: "<=", older: "<=" }[
    tokens[end.end + 1]?.text ?? ""
  ];
  const next = tokens[end.end + 2]?.kind ?? "mark";
  const loose = ["after", "before"].includes(tokens[end.end + 1]?.text ?? "") && next !== "mark";
  if (relation === undefined || loose) return undefined;
  return { end: end.end + 2, value: related(relation, end.value) };
}

type Placed = { readonly end: number; readonly day: string | undefined; readonly part: string | undefined };

function dayAt(tokens: Tokens, at: number, settings: Settings): Placed | undefined {
  const part = dayPart(tokens, at, settings);
  if (part?.value !== undefined) return { end: part.end, day: part.value.day, part: part.value.name };
  const day = date(tokens, at, settings);
  return day === undefined ? undefined : { end: day.end, day: day.value, part: undefined };
}

// "Monday morning from 10 to 12", "tomorrow after 3pm".
function dayThenHours(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const day = dayAt(tokens, at, settings);
  if (day === undefined) return undefined;
  const start = skip(tokens, day.end, ",");
  const hours = hourRange(tokens, start, { ...settings, sure: true, behind: true, part: day.part });
  if (hours !== undefined) return { end: hours.end, value: dated(day.day, hours.value) };
  const bound = boundAt(tokens, start);
  const clock = bound === undefined ? undefined : timeAfter(tokens, bound.end, settings);
  if (bound === undefined || clock === undefined) return undefined;
  const whole = day.day === undefined || clock.value === undefined ? undefined : `${day.day}T${clock.value}`;
  return { end: clock.end, value: related(bound.value, whole) };
}

// "from 3 to 5pm tomorrow", "10am to 12pm on Monday morning", "5 to 6pm".
function hoursThenDay(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const loose = hourRange(tokens, at, { ...settings, sure: true, behind: false, part: undefined });
  if (loose === undefined) return undefined;
  const day = dayAt(tokens, skip(tokens, loose.end, "on", ","), settings);
  if (day !== undefined) {
    const hours = hourRange(tokens, at, { ...settings, sure: true, behind: false, part: day.part });
    return { end: day.end, value: dated(day.day, hours?.value) };
  }
  const alone = hourRange(tokens, at, { ...settings, sure: false, behind: false, part: undefined });
  return alone === undefined ? undefined : { end: alone.end, value: alone.value?.join("/") };
}

function dated(day: string | undefined, hours: readonly [string, string] | undefined): string | undefined {
  return day === undefined || hours === undefined ? undefined : hours.map((hour) => `${day}T${hour}`).join("/");
}

// "this evening", "Monday afternoon", "in the morning".
function inPart(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const found = dayPart(tokens, at, settings);
  if (found?.value === undefined) return barePart(tokens, at);
  const code = PART_CODES.get(found.value.name) ?? "";
  return { end: found.end, value: found.value.day === undefined ? undefined : `${found.value.day}T${code}` };
}
