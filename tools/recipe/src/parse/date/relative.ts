// This file reads dates told from a stated reference day, never from a clock (SPEC.md §8.4).
import type { Settings } from "../settings.ts";
import { type Match, skip, stands, type Tokens } from "../token.ts";
import { after, type Day, dayOfIso, isoOf, weekday } from "./day.ts";
import { duration, partsOfIso } from "./duration.ts";
import { type Reference, referenceOf } from "./lean.ts";
import { WEEKDAY_NAMES } from "./names.ts";

type Found = Match<string>;
/** Reads the day that others are counted from. */
type Base = (tokens: Tokens, at: number, settings: Settings) => Found | undefined;

const DAYS: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["tomorrow", 1],
  ["tmr", 1],
  ["tmrw", 1],
  ["yesterday", -1],
]);

/** "tomorrow", "last Friday" as the ISO date seen from the reference. */
export function relativeDay(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const told = referenceOf(settings);
  const found = named(tokens, at) ?? onWeekday(tokens, at, { told, leant: settings.lean !== undefined });
  if (found === undefined) return undefined;
  const { end, value } = found;
  const day = told === undefined || value === undefined ? undefined : after(told.day, value, "D");
  return { end, value: day === undefined ? undefined : isoOf(day) };
}

/** "three weeks ago", "in 10 days", "a month from today", "two days before May 13 1999". */
export function countedDay(tokens: Tokens, at: number, settings: Settings & { base: Base }): Found | undefined {
  const inside = stands(tokens, at, "in") ? at + 1 : at;
  const many = duration(tokens, inside);
  if (many === undefined) return undefined;
  const way = wayOf(tokens, many.end, settings) ?? (inside > at ? ahead(tokens, many.end, settings) : undefined);
  if (way === undefined) return undefined;
  const parts = many.value === undefined ? [] : (partsOfIso(many.value) ?? []);
  if (parts.some(({ period }) => period === "H" || period === "N" || period === "S")) return undefined;
  let day = way.value?.from;
  for (const { period, size } of parts) {
    if (day === undefined || size.den !== 1n || size.num > 9999n) return { end: way.end, value: undefined };
    day = after(day, Number(size.num) * (way.value?.sign ?? 1), period);
  }
  const none = day === undefined || parts.length === 0;
  return { end: way.end, value: none || day === undefined ? undefined : isoOf(day) };
}

type Way = { readonly from: Day | undefined; readonly sign: 1 | -1 };

function ahead(tokens: Tokens, at: number, settings: Settings): Match<Way> {
  const end = stands(tokens, at, "time") ? at + 1 : at;
  return { end, value: { from: referenceOf(settings)?.day, sign: 1 } };
}

// "ago", "later", "from now", "after next Friday".
function wayOf(tokens: Tokens, at: number, settings: Settings & { base: Base }): Match<Way> | undefined {
  const word = tokens[at]?.text ?? "";
  const from = referenceOf(settings)?.day;
  if (word === "ago") return { end: at + 1, value: { from, sign: -1 } };
  if (word === "later" && settings.lean !== undefined) return { end: at + 1, value: { from, sign: 1 } };
  if (word === "from" && stands(tokens, at + 1, "now")) return { end: at + 2, value: { from, sign: 1 } };
  const sign = { from: 1, after: 1, before: -1 }[word];
  const base = sign === undefined ? undefined : settings.base(tokens, at + 1, settings);
  if (base === undefined) return undefined;
  return { end: base.end, value: { from: dayOfIso(base.value ?? ""), sign: sign === 1 ? 1 : -1 } };
}

// "today", "the day after tomorrow", "the next day".
function named(tokens: Tokens, at: number): Match<number> | undefined {
  const count = DAYS.get(tokens[at]?.text ?? "");
  if (count !== undefined) return { end: at + 1, value: count };
  const day = skip(tokens, at, "the");
  if (day > at && stands(tokens, day + 1, "day")) {
    const step = { next: 1, following: 1, previous: -1 }[tokens[day]?.text ?? ""];
    if (step !== undefined) return { end: day + 2, value: step };
  }
  if (!stands(tokens, day, "day")) return undefined;
  const later = stands(tokens, day + 1, "after") && DAYS.get(tokens[day + 2]?.text ?? "") === 1;
  const earlier = stands(tokens, day + 1, "before") && stands(tokens, day + 2, "yesterday");
  return later || earlier ? { end: day + 3, value: later ? 2 : -2 } : undefined;
}

type Seen = { readonly told: Reference | undefined; readonly leant: boolean };
const WEEKS: ReadonlyMap<string, number> = new Map([
  ["last", -1],
  ["previous", -1],
  ["this", 0],
  ["next", 1],
  ["following", 1],
]);

// "last Friday" is the latest before today and the one of the week before; where these differ it has no value without `lean`.
function onWeekday(tokens: Tokens, at: number, seen: Seen): Match<number> | undefined {
  if (seen.leant) {
    const beside = nearest(tokens, at, seen.told) ?? ofWeek(tokens, at, seen.told);
    if (beside !== undefined) return beside;
  }
  const which = WEEKS.get(tokens[at]?.text ?? "");
  const target = WEEKDAY_NAMES.get(tokens[at + 1]?.text ?? "");
  if (target === undefined || which === undefined) return undefined;
  const inWeek = daysTo(target, seen.told);
  // Read the other way, each is the nearest such day before, from or after today.
  const clear = which > 0 ? inWeek <= 0 : inWeek >= 0;
  return { end: at + 2, value: clear || seen.leant ? inWeek + 7 * which : undefined };
}

// Days to the weekday of this week, Monday first.
function daysTo(target: number, told: Reference | undefined): number {
  return ((target + 6) % 7) - (told === undefined ? 0 : (weekday(told.day) + 6) % 7);
}

// "this coming Friday", "past Wednesday".
function nearest(tokens: Tokens, at: number, told: Reference | undefined): Match<number> | undefined {
  const start = skip(tokens, at, "this");
  const which = { coming: 1, upcoming: 1, past: -1 }[tokens[start]?.text ?? ""];
  const target = WEEKDAY_NAMES.get(tokens[start + 1]?.text ?? "");
  if (which === undefined || target === undefined) return undefined;
  const ahead = ((daysTo(target, told) + 6) % 7) + 1;
  return { end: start + 2, value: which > 0 ? ahead : ahead === 7 ? -7 : ahead - 7 };
}

// "next week Monday", "Monday of next week", "Tuesday next week".
function ofWeek(tokens: Tokens, at: number, told: Reference | undefined): Match<number> | undefined {
  const first = weekAt(tokens, at);
  if (first !== undefined) {
    const target = WEEKDAY_NAMES.get(tokens[skip(tokens, first.end, "on", "-", ",")]?.text ?? "");
    if (target === undefined || first.value === undefined) return undefined;
    return { end: skip(tokens, first.end, "on", "-", ",") + 1, value: daysTo(target, told) + 7 * first.value };
  }
  const target = WEEKDAY_NAMES.get(tokens[at]?.text ?? "");
  const week = target === undefined ? undefined : weekAt(tokens, skip(tokens, at + 1, "of", ","));
  if (target === undefined || week?.value === undefined) return undefined;
  return { end: week.end, value: daysTo(target, told) + 7 * week.value };
}

function weekAt(tokens: Tokens, at: number): Match<number> | undefined {
  const start = skip(tokens, at, "the");
  const which = WEEKS.get(tokens[start]?.text ?? "");
  return which !== undefined && stands(tokens, start + 1, "week") ? { end: start + 2, value: which } : undefined;
}
