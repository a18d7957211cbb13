// This file defines a moment, a date or a time of day of which parts may be missing, and the calendar beneath it (SPEC.md §7).

/** Parts of a date and of a time of day in the Gregorian calendar; what a text does not say is absent. */
export type Moment = {
  readonly kind: "moment";
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
};

export type Parts = Omit<Moment, "kind">;

export const MONTHS: readonly string[] =
  "January February March April May June July August September October November December".split(" ");
export const WEEKDAYS: readonly string[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** Days of a month; of February 29 where the year is not known. */
export function daysIn(month: number, year: number | undefined): number {
  if (month === 2) return year === undefined || isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1 March of year 0, proleptic Gregorian. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const shifted = month > 2 ? month - 3 : month + 9;
  return (
    365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * shifted + 2) / 5) + day
  );
}

/** 0 is Sunday. */
export function weekdayOf(year: number, month: number, day: number): number {
  return (dayNumber(year, month, day) + 2) % 7;
}

export function dayOfYear(year: number, month: number, day: number): number {
  return dayNumber(year, month, day) - dayNumber(year, 1, 1) + 1;
}

/** The moment of these parts, or undefined where they are no date or no time of day. */
export function momentOf(parts: Parts): Moment | undefined {
  const { year, month, day, hour, minute, second } = parts;
  if (year !== undefined && (year < 1 || year > 9999)) return undefined;
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  if (day !== undefined && (day < 1 || day > (month === undefined ? 31 : daysIn(month, year)))) return undefined;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  return { kind: "moment", ...parts };
}

/** A full date some days later or earlier; undefined beyond the years 1 to 9999. */
export function shiftDays(date: { year: number; month: number; day: number }, days: number): Parts | undefined {
  let { year, month, day } = date;
  day += days;
  while (day < 1) {
    month -= 1;
    if (month === 0) [year, month] = [year - 1, 12];
    day += daysIn(month, year);
  }
  while (day > daysIn(month, year)) {
    day -= daysIn(month, year);
    month += 1;
    if (month === 13) [year, month] = [year + 1, 1];
  }
  return year < 1 || year > 9999 ? undefined : { year, month, day };
}
