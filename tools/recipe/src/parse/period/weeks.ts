// This file names weeks as ISO 8601 does (SPEC.md §8.12).
import { dayNumber } from "../../time/moment.ts";
import { after, type Day, dayOf, fourDigits, isoOf, two, weekday } from "../date/day.ts";

/** The ISO week that a day is in. */
export function weekText(day: Day): string | undefined {
  const thursday = after(day, 3 - ((weekday(day) + 6) % 7), "D");
  if (thursday === undefined) return undefined;
  const days = dayNumber(thursday.year, thursday.month, thursday.day) - dayNumber(thursday.year, 1, 1);
  return `${fourDigits(thursday.year)}-W${two(Math.floor(days / 7) + 1)}`;
}

/** The week of a year or month; weeks belong to the one that has their Thursday; -1 is the last. */
export function nthWeek(span: string, count: number): string | undefined {
  const [first = 0, month] = span.split("-").map(Number);
  const start = dayOf(first, month ?? 1, 1);
  const end = month === undefined ? dayOf(first + 1, 1, 1) : start === undefined ? undefined : after(start, 1, "M");
  if (start === undefined || end === undefined) return undefined;
  const [from, to] = [start, end].map((day) => after(day, (4 - weekday(day) + 7) % 7, "D"));
  if (from === undefined || to === undefined) return undefined;
  const thursday = count < 0 ? after(to, -1, "W") : after(from, count - 1, "W");
  return thursday === undefined || !(isoOf(thursday) < isoOf(end)) ? undefined : weekText(thursday);
}
