// This file is a day of the calendar: its ISO text and counting on from it (SPEC.md §8.4).
import { daysIn, momentOf, shiftDays, weekdayOf } from "../../time/moment.ts";
import type { Period } from "./names.ts";

export type Day = { readonly year: number; readonly month: number; readonly day: number };

/** The most days, weeks, months or years to count. */
const MOST = 9999;

/** The day, or undefined where the calendar has none such. */
export function dayOf(year: number, month: number, day: number): Day | undefined {
  if (momentOf({ year, month, day }) === undefined) return undefined;
  return { year, month, day };
}

/** "2024-03-05". */
export function isoOf({ year, month, day }: Day): string {
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** The day of an ISO text, of which a time may follow. */
export function dayOfIso(text: string): Day | undefined {
  const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?$/.exec(text);
  return parts === null ? undefined : dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/** 0 is Sunday. */
export function weekday({ year, month, day }: Day): number {
  return weekdayOf(year, month, day);
}

/** The day some days, weeks, months or years on; a day that the month lacks becomes its last. */
export function after(from: Day, count: number, period: Period): Day | undefined {
  if (Math.abs(count) > MOST || !Number.isInteger(count)) return undefined;
  if (period === "D" || period === "W") {
    const moved = shiftDays(from, period === "W" ? count * 7 : count);
    return moved === undefined ? undefined : dayOf(moved.year ?? 0, moved.month ?? 0, moved.day ?? 0);
  }
  if (period !== "M" && period !== "Y") return undefined;
  const months = from.year * 12 + from.month - 1 + (period === "Y" ? count * 12 : count);
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  return dayOf(year, month, Math.min(from.day, daysIn(month, year)));
}

/** A year in four digits. */
export function fourDigits(value: number): string {
  return String(value).padStart(4, "0");
}

export function two(value: number): string {
  return String(value).padStart(2, "0");
}
