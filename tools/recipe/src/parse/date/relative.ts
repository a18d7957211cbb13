// This file reads dates told from a stated reference day, never from a clock (SPEC.md §8.4).
import { number } from "../number/number.ts";
import { type Match, skip, stands, type Tokens } from "../token.ts";
import { after, type Day, dayOfIso, isoOf, weekday } from "./day.ts";
import { PERIOD_NAMES, type Period, WEEKDAY_NAMES } from "./names.ts";

type Found = Match<string>;

const DAYS: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["tomorrow", 1],
  ["yesterday", -1],
]);

/** "tomorrow", "three weeks ago", "last Friday" as the ISO date seen from the reference. */
export function relativeDay(tokens: Tokens, at: number, reference: string): Found | undefined {
  const today = dayOfIso(reference);
  const found = named(tokens, at) ?? counted(tokens, at) ?? onWeekday(tokens, at, today);
  if (found === undefined) return undefined;
  const { end, value } = found;
  const day = today === undefined || value === undefined ? undefined : after(today, value.count, value.period);
  return { end, value: day === undefined ? undefined : isoOf(day) };
}

type Shift = { readonly count: number; readonly period: Period };

// "today", "the day after tomorrow".
function named(tokens: Tokens, at: number): Match<Shift> | undefined {
  const count = DAYS.get(tokens[at]?.text ?? "");
  if (count !== undefined) return { end: at + 1, value: { count, period: "D" } };
  const day = skip(tokens, at, "the");
  if (!stands(tokens, day, "day")) return undefined;
  const later = stands(tokens, day + 1, "after") && stands(tokens, day + 2, "tomorrow");
  const earlier = stands(tokens, day + 1, "before") && stands(tokens, day + 2, "yesterday");
  return later || earlier ? { end: day + 3, value: { count: later ? 2 : -2, period: "D" } } : undefined;
}

// "three weeks ago", "in 10 days", "a month from today".
function counted(tokens: Tokens, at: number): Match<Shift> | undefined {
  const inside = stands(tokens, at, "in") ? at + 1 : at;
  const one = stands(tokens, inside, "a") || stands(tokens, inside, "an");
  const many = one ? { end: inside + 1, value: { num: 1n, den: 1n } } : number(tokens, inside);
  const unit = PERIOD_NAMES.get(tokens[many?.end ?? -1]?.text ?? "");
  if (many?.value === undefined || unit === undefined || many.value.den !== 1n) return undefined;
  const end = many.end + 1;
  const size = { count: Number(many.value.num) * unit.by, period: unit.period };
  if (stands(tokens, end, "ago")) return { end: end + 1, value: { ...size, count: -size.count } };
  if (inside > at) return { end, value: size };
  if (!stands(tokens, end, "from")) return undefined;
  return stands(tokens, end + 1, "now") || stands(tokens, end + 1, "today") ? { end: end + 2, value: size } : undefined;
}

// "last Friday" is the latest before today and the one of the week before; where these differ it has no value.
function onWeekday(tokens: Tokens, at: number, today: Day | undefined): Match<Shift> | undefined {
  const which = tokens[at]?.text ?? "";
  const target = WEEKDAY_NAMES.get(tokens[at + 1]?.text ?? "");
  if (target === undefined || !["last", "this", "next"].includes(which)) return undefined;
  const from = today === undefined ? 0 : (weekday(today) + 6) % 7;
  const inWeek = ((target + 6) % 7) - from;
  const count = { last: inWeek - 7, this: inWeek, next: inWeek + 7 }[which] ?? 0;
  // Read the other way, each is the nearest such day before, from or after today.
  const clear = { last: inWeek >= 0, this: inWeek >= 0, next: inWeek <= 0 }[which] === true;
  return { end: at + 2, value: clear ? { count, period: "D" } : undefined };
}
