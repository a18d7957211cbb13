// This file reads days that come again, settled by `lean`: dates without a year, weekdays, days of the month (SPEC.md §8.4).
import { suffixOf } from "../number/cardinal.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, stands, type Tokens } from "../token.ts";
import { type Day, dayOf, isoOf, weekday } from "./day.ts";
import { leaning, monthly, referenceOf, weekly, yearly } from "./lean.ts";
import { WEEKDAY_NAMES } from "./names.ts";
import { dayAt, weekdayAt } from "./year.ts";

/** The day of a year that `lean` tells, as ISO text. */
export function yearless(month: number, day: number, settings: Settings): string | undefined {
  const reference = referenceOf(settings);
  return reference === undefined ? undefined : iso(leaning(yearly(month, day, reference), settings));
}

/** "10/25" by `order`; a number over 12 is the day. */
export function shortNumbers(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const first = digitsAt(tokens, at, 2);
  const second = joined(tokens, at + 1)?.text === "/" ? digitsAt(tokens, at + 2, 2) : undefined;
  if (first === undefined || second === undefined || joined(tokens, at + 2) === undefined) return undefined;
  if (["/", "-", "."].includes(joined(tokens, at + 3)?.text ?? "") && joined(tokens, at + 4)?.kind === "digits")
    return undefined;
  if (Math.min(first, second) < 1 || Math.min(first, second) > 12 || Math.max(first, second) > 31) return undefined;
  const order = first > 12 ? "dmy" : second > 12 ? "mdy" : settings.order;
  if (order === undefined && first !== second) return { end: at + 3, value: undefined };
  const [month, day] = order === "dmy" ? [second, first] : [first, second];
  return { end: at + 3, value: yearless(month, day, settings) };
}

/** "Friday", "Friday the 13th", "Mon 13th", "the 18th". */
export function comingDay(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const reference = referenceOf(settings);
  if (reference === undefined) return undefined;
  const name = WEEKDAY_NAMES.get(tokens[at]?.text ?? "");
  if (name === undefined) return dayOfMonth(tokens, at, settings);
  const marked = weekdayAt(tokens, at)?.end ?? at + 1;
  const the = stands(tokens, marked, "the");
  const date = numbered(tokens, the ? marked + 1 : at + 1, the);
  if (date?.value !== undefined) {
    const here = dayOf(reference.day.year, reference.day.month, date.value);
    const own = here !== undefined && weekday(here) === name ? here : undefined;
    return { end: date.end, value: iso(the ? own : leaning(monthly(date.value, reference, name), settings)) };
  }
  // "sat" and "sun" alone are more often no days.
  const word = tokens[at]?.text ?? "";
  if (["sat", "sun", "mon", "wed"].includes(word) && at > 0 && !stands(tokens, at - 1, "on")) return undefined;
  return { end: at + 1, value: iso(leaning(weekly(name, reference), settings)) };
}

// A day behind a weekday: with its suffix, in words behind "the", or two digits at the end.
function numbered(tokens: Tokens, at: number, the: boolean): Match<number> | undefined {
  const day = dayAt(tokens, at);
  if (day?.value === undefined || day.value > 31) return undefined;
  if (tokens[at]?.kind === "word") return the ? day : undefined;
  if (day.end > at + 1) return day;
  return the || (day.value > 23 && [undefined, "!", ",", "?"].includes(tokens[day.end]?.text)) ? day : undefined;
}

/** Words before "the 18th" that make it a day. */
const BEFORE: readonly string[] = ["on", "from", "until", "till", "by", "since", "before", "after"];

function dayOfMonth(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  if (!stands(tokens, at, "the") || (at > 0 && !BEFORE.includes(tokens[at - 1]?.text ?? ""))) return undefined;
  const date = digitsAt(tokens, at + 1, 2);
  const reference = referenceOf(settings);
  if (date === undefined || reference === undefined || date > 31) return undefined;
  if (joined(tokens, at + 2)?.text !== suffixOf(BigInt(date))) return undefined;
  const next = tokens[at + 3];
  if (next?.kind === "word" && !["at", "from", "between", "to", "and", "or"].includes(next.text)) return undefined;
  return { end: at + 3, value: iso(leaning(monthly(date, reference), settings)) };
}

function iso(day: Day | undefined): string | undefined {
  return day === undefined ? undefined : isoOf(day);
}
