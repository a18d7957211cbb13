// This file is the table of English names of months and weekdays, and of units of time (SPEC.md §8.4).

const MONTHS = "january february march april may june july august september october november december".split(" ");
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

/** Name or its first three letters → 1 to 12. */
export const MONTH_NAMES: ReadonlyMap<string, number> = new Map([
  ...MONTHS.flatMap((name, index) => [[name, index + 1] as const, [name.slice(0, 3), index + 1] as const]),
  ["sept", 9],
]);

/** Name or short form → 0 (Sunday) to 6. */
export const WEEKDAY_NAMES: ReadonlyMap<string, number> = new Map([
  ...WEEKDAYS.flatMap((name, index) => [[name, index] as const, [name.slice(0, 3), index] as const]),
  ["tues", 2],
  ["weds", 3],
  ["thur", 4],
  ["thurs", 4],
]);

/** Letters of ISO 8601 durations, largest first; minutes are "N" so that months may be "M". */
export const PERIODS = ["Y", "M", "W", "D", "H", "N", "S"] as const;
export type Period = (typeof PERIODS)[number];

const names = (period: Period, by: number, words: string): [string, { period: Period; by: number }][] =>
  words.split(" ").map((word) => [word, { period, by }]);

/** Unit of time → its period, and how many of it. */
export const PERIOD_NAMES: ReadonlyMap<string, { readonly period: Period; readonly by: number }> = new Map([
  ...names("Y", 1, "year years yr yrs y"),
  ...names("Y", 10, "decade decades"),
  ...names("M", 1, "month months mo mos mth mths"),
  ...names("W", 1, "week weeks wk wks w"),
  ...names("W", 2, "fortnight fortnights"),
  ...names("D", 1, "day days night nights d"),
  ...names("H", 1, "hour hours hr hrs h"),
  ...names("N", 1, "minute minutes min mins m"),
  ...names("S", 1, "second seconds sec secs s"),
]);
