// This file writes a moment by a form such as "EEEE, MMMM d, yyyy" (SPEC.md §7).
import { dayOfYear, type Moment, MONTHS, WEEKDAYS, weekdayOf } from "./moment.ts";

type Write = (moment: Moment) => string | undefined;

const number =
  (part: Exclude<keyof Moment, "kind">, width = 1): Write =>
  (moment) =>
    moment[part] === undefined ? undefined : String(moment[part]).padStart(width, "0");
const twelve =
  (width: number): Write =>
  ({ hour }) =>
    hour === undefined ? undefined : String(hour % 12 === 0 ? 12 : hour % 12).padStart(width, "0");
const half =
  (am: string, pm: string): Write =>
  ({ hour }) =>
    hour === undefined ? undefined : hour < 12 ? am : pm;
const monthName =
  (length: number): Write =>
  ({ month }) =>
    month === undefined ? undefined : MONTHS[month - 1]?.slice(0, length);
const full =
  (write: (year: number, month: number, day: number) => string | undefined): Write =>
  ({ year, month, day }) =>
    year === undefined || month === undefined || day === undefined ? undefined : write(year, month, day);
const weekday = (length: number): Write =>
  full((year, month, day) => WEEKDAYS[weekdayOf(year, month, day)]?.slice(0, length));

/** What each run of letters writes; letters are otherwise refused when a pack is loaded. */
const LETTERS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ["yyyy", number("year", 4)],
  ["y", number("year")],
  ["yy", ({ year }) => (year === undefined ? undefined : String(year % 100).padStart(2, "0"))],
  ["M", number("month")],
  ["MM", number("month", 2)],
  ["MMM", monthName(3)],
  ["MMMM", monthName(9)],
  ["d", number("day")],
  ["dd", number("day", 2)],
  ["E", weekday(3)],
  ["EEEE", weekday(9)],
  ["H", number("hour")],
  ["HH", number("hour", 2)],
  ["h", twelve(1)],
  ["hh", twelve(2)],
  ["m", number("minute")],
  ["mm", number("minute", 2)],
  ["s", number("second")],
  ["ss", number("second", 2)],
  ["a", half("AM", "PM")],
  ["aa", half("am", "pm")],
  ["Q", ({ month }) => (month === undefined ? undefined : String(Math.ceil(month / 3)))],
  ["D", full((year, month, day) => String(dayOfYear(year, month, day)))],
  ["W", ({ day }) => (day === undefined ? undefined : String(Math.ceil(day / 7)))],
  ["o", ({ day }) => (day === undefined ? undefined : ordinalMark(day))],
]);

function ordinalMark(day: number): string {
  if (day > 10 && day < 14) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

const PIECES = /([A-Za-z])\1*|'([^']*)'|[^A-Za-z']+|'/g;

/** A form as the writers of its pieces, or the first piece that is none; '…' is taken letter for letter, '' is '. */
export function readForm(form: string): readonly Write[] | string {
  const writers: Write[] = [];
  for (const [piece, letter, quoted] of form.matchAll(PIECES)) {
    const write = letter === undefined ? constant(quoted === "" ? "'" : (quoted ?? piece)) : LETTERS.get(piece);
    if (write === undefined || piece === "'") return piece;
    writers.push(write);
  }
  return writers;
}

const constant =
  (text: string): Write =>
  (): string =>
    text;

/** The moment written; undefined when it lacks a part that the form names. */
export function showMoment(moment: Moment, writers: readonly Write[]): string | undefined {
  let text = "";
  for (const write of writers) {
    const piece = write(moment);
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}
