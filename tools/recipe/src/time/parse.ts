// This file reads a whole text as a moment, by a closed list of forms (SPEC.md §7).
import { dayNumber, daysIn, type Moment, MONTHS, momentOf, type Parts, shiftDays } from "./moment.ts";

/** How numbers alone are read: month first, day first, or as a time of day. */
export type Order = "mdy" | "dmy" | "clock";

/** Longer texts are no moment. */
const LONGEST = 64;

const MONTH = `(${MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join("|")}|Sept)`.replace(
  "May(?:)?",
  "May",
);
const WEEKDAY = "(?:(?:Sun|Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?)(?:day)?[.,]? +)?";
const ORDINAL = "(?:st|nd|rd|th)?";

type Form = readonly [pattern: RegExp, read: (groups: readonly string[], order: Order) => Parts | undefined];
const form = (source: string, read: Form[1]): Form => [new RegExp(`^${source}$`, "i"), read];

const DATES: readonly Form[] = [
  form("(\\d{4})([-/.]{1,2})(\\d{1,2})\\2(\\d{1,2})", ([y, , m, d]) => date(y, m, d)),
  form("(\\d{1,2})([-/.]{1,2})(\\d{1,2})\\2(\\d{4}|\\d{2})", ([a, dot, b, y], order) =>
    order === "dmy" || dot?.startsWith(".") === true ? date(y, b, a) : date(y, a, b),
  ),
  form("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4}|\\d{2})", ([m, d, y]) => date(y, m, d)),
  form(`${WEEKDAY}(\\d{1,2})${ORDINAL}[-/. ]{0,2}${MONTH}[-/., ]{0,2}(\\d{4}|\\d{2})`, ([d, m, y]) => date(y, m, d)),
  form(`${WEEKDAY}${MONTH}[-/. ]{0,2}(\\d{1,2})${ORDINAL}(?:, ?|[-/ ])(\\d{4}|\\d{2})`, ([m, d, y]) => date(y, m, d)),
  form(`(\\d{4})[-/ ]${MONTH}[-/. ]{0,2}(\\d{1,2})${ORDINAL}`, ([y, m, d]) => date(y, m, d)),
  form(`${WEEKDAY}(\\d{1,2})${ORDINAL}[-/. ]{0,2}${MONTH}\\.?`, ([d, m]) => date(undefined, m, d)),
  form(`${WEEKDAY}${MONTH}[-/. ]{0,2}(\\d{1,2})${ORDINAL}`, ([m, d]) => date(undefined, m, d)),
  form(`${MONTH}[-/., ]{0,2}(\\d{4})`, ([m, y]) => date(y, m, undefined)),
  form("(\\d{1,2})[-/](\\d{4})", ([m, y]) => date(y, m, undefined)),
  form("(\\d{4})[-/](\\d{1,2})", ([y, m]) => date(y, m, undefined)),
  form("(\\d{1,2})(\\d{2})(\\d{4})", ([a, b, y], order) => (order === "dmy" ? date(y, b, a) : date(y, a, b))),
  form("(\\d{4})(\\d{2})(\\d{2})", ([y, m, d]) => date(y, m, d)),
  form("(\\d{4})", ([y]) => date(y, undefined, undefined)),
  form("(\\d{4})[- ](\\d{3}|\\d{1,2})", ([y, n]) => ordinal(Number(y), Number(n))),
  form(`${MONTH}`, ([m]) => date(undefined, m, undefined)),
];

const TIMES: readonly Form[] = [
  form("(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d{1,9})?)? ?([ap]\\.?m\\.?)?", ([h, m, s, half]) =>
    time(h, m, s, half),
  ),
  form("(\\d{1,2}) ?([ap]\\.?m\\.?)", ([h, half]) => time(h, undefined, undefined, half)),
];

const CLOCKS: readonly Form[] = [
  ...TIMES,
  form("(\\d{1,2})\\.(\\d{2})(?:\\.(\\d{2}))? ?([ap]\\.?m\\.?)?", ([h, m, s, half]) => time(h, m, s, half)),
  form("(\\d{1,2})[hH](\\d{2})", ([h, m]) => time(h, m, undefined, undefined)),
  form("(\\d{1,2})(\\d{2}) ?([ap]\\.?m\\.?)?", ([h, m, half]) => time(h, m, undefined, half)),
  form("(\\d{1,2})", ([h]) => time(h, undefined, undefined, undefined)),
];

const ZONE = /(?<=\d) ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/;
const DATE_THEN_TIME = /^(.*?[\da-z])(?:, ?| at | |T)(\d{1,2}(?::\d.*| ?[ap]\.?m\.?))$/i;
const TIME_THEN_DATE = /^(\d{1,2}(?::\d{2}(?::\d{2})?)?(?: ?[ap]\.?m\.?)?)(?:, ?| on | )(.+)$/i;

/** The moment a text without blanks at its ends is, as a whole; undefined where it is none. */
export function parseMoment(text: string, order: Order): Moment | undefined {
  if (text.length === 0 || text.length > LONGEST) return undefined;
  if (order === "clock") return of(read(CLOCKS, text, order));
  const local = text.replace(ZONE, "");
  const whole = read(DATES, text, order) ?? read(TIMES, local, order);
  if (whole !== undefined) return of(whole);
  const [, date = "", time = ""] = DATE_THEN_TIME.exec(local) ?? [];
  const [, early = "", late = ""] = TIME_THEN_DATE.exec(local) ?? [];
  return of(both(date, time, order) ?? both(late, early, order));
}

const of = (parts: Parts | undefined): Moment | undefined => (parts === undefined ? undefined : momentOf(parts));

function both(date: string, time: string, order: Order): Parts | undefined {
  const day = read(DATES, date, order);
  const clock = read(TIMES, time, order);
  return day === undefined || clock === undefined ? undefined : { ...day, ...clock };
}

function read(forms: readonly Form[], text: string, order: Order): Parts | undefined {
  for (const [pattern, take] of forms) {
    const groups = pattern.exec(text);
    const parts = groups === null ? undefined : take(groups.slice(1), order);
    if (parts !== undefined && momentOf(parts) !== undefined) return parts;
  }
  return undefined;
}

type Text = string | undefined;

function date(year: Text, month: Text, day: Text): Parts {
  return {
    ...(year === undefined ? {} : { year: fullYear(year) }),
    ...(month === undefined ? {} : { month: monthNumber(month) }),
    ...(day === undefined ? {} : { day: Number(day) }),
  };
}

/** Two digits are the years 1930 to 2029. */
function fullYear(year: string): number {
  const value = Number(year);
  return year.length > 2 ? value : value + (value < 30 ? 2000 : 1900);
}

function monthNumber(month: string): number {
  if (month.charCodeAt(0) < 0x3a) return Number(month);
  const start = month.slice(0, 3).toLowerCase();
  return MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === start) + 1;
}

function ordinal(year: number, day: number): Parts | undefined {
  const length = dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1);
  return day < 1 || day > length || daysIn(1, year) === 0 ? undefined : shiftDays({ year, month: 1, day: 1 }, day - 1);
}

function time(hour: Text, minute: Text, second: Text, half: Text): Parts | undefined {
  const h = Number(hour);
  const rest = {
    ...(minute === undefined ? {} : { minute: Number(minute) }),
    ...(second === undefined ? {} : { second: Number(second) }),
  };
  if (half === undefined) {
    // More than a day has hours: minutes and seconds.
    if (h > 23 && minute !== undefined && second === undefined) return { minute: h, second: Number(minute) };
    return { hour: h, ...rest };
  }
  if (h < 1 || h > 12) return undefined;
  return { hour: (h % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0), ...rest };
}
