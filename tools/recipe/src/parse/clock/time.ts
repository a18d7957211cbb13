// This file reads times of day (SPEC.md §8.5).
import { number } from "../number/number.ts";
import { type Grammar, remembered } from "../memo.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, stands, type Tokens } from "../token.ts";
import {
  bareHour,
  type Clock,
  clockText,
  digital,
  halfAt,
  halfInPart,
  inHalf,
  oclockAt,
  settled,
  toldAt,
} from "./clock.ts";

type Found = Match<string>;

/** A time of day as "13:45" or "13:45:30"; an hour that may be before or after noon has no value. */
export const time: Grammar<string> = remembered(readTime);

function readTime(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  return (
    named(tokens, at) ?? past(tokens, at, settings) ?? partFirst(tokens, at, settings) ?? onClock(tokens, at, settings)
  );
}

/** A time where something before it says that it is one: hours alone too. */
export function timeAfter(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const sure = time(tokens, at, settings);
  const told = toldAt(tokens, at);
  if (told?.value === undefined || (sure !== undefined && sure.end >= told.end)) return sure;
  return { end: told.end, value: written(settled(told.value, settings.clock)) };
}

/** Hours, minutes and perhaps seconds of the 24-hour clock, with a zone: the part of a timestamp behind T. */
export function clockAt(tokens: Tokens, at: number): Found | undefined {
  const found = digital(tokens, at, ":");
  if (found?.value === undefined) return undefined;
  const { end, value } = found;
  const text = clockText(value);
  if (joined(tokens, end)?.text === "z") return { end: end + 1, value: `${text}Z` };
  const sign = joined(tokens, end)?.text;
  const zone = sign === "+" || sign === "-" ? digital(tokens, end + 1, ":") : undefined;
  if (zone?.value === undefined || zone.value.second !== undefined) return { end, value: text };
  return { end: zone.end, value: `${text}${sign}${clockText(zone.value)}` };
}

function named(tokens: Tokens, at: number): Found | undefined {
  const word = tokens[at]?.text;
  if (word === "noon" || word === "midday") return { end: at + 1, value: "12:00" };
  if (word === "midnight") return { end: at + 1, value: "00:00" };
  return word === "mid" && stands(tokens, at + 1, "night") ? { end: at + 2, value: "00:00" } : undefined;
}

// "in the afternoon at 7", "in the morning 9 o'clock".
function partFirst(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  if (!stands(tokens, at, "in") || !stands(tokens, at + 1, "the")) return undefined;
  const sure = skip(tokens, at + 3, "at", "around");
  const told = toldAt(tokens, sure);
  const style = told?.value?.style;
  if (told?.value === undefined || (sure === at + 3 && (style === "bare" || style === "dotted"))) return undefined;
  const half = told.value.half ?? halfInPart(tokens[at + 2]?.text ?? "", told.value.hour);
  return half === undefined
    ? undefined
    : { end: told.end, value: written(settled({ ...told.value, half }, settings.clock)) };
}

function onClock(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const told = toldAt(tokens, at);
  if (told === undefined) return undefined;
  if (told.value === undefined) return { end: told.end, value: undefined };
  const { style } = told.value;
  if (style === "bare" || style === "dotted" || style === "spoken") return undefined;
  return { end: told.end, value: written(settled(told.value, settings.clock)) };
}

/** What may stand before "to" that is no hour. */
const SIDES: ReadonlySet<string> = new Set(["quarter", "minutes", "twenty"]);

// "half past three pm", "ten to nine in the morning", "15 past seven o'clock".
function past(tokens: Tokens, at: number, { clock }: Settings): Found | undefined {
  const many = minutesAt(tokens, at);
  if (many?.value === undefined) return undefined;
  const to = stands(tokens, many.end, "to");
  const hour = to || stands(tokens, many.end, "past") ? bareHour(tokens, many.end + 1) : undefined;
  if (hour?.value === undefined || hour.value.hour > 12) return undefined;
  const shown = to ? ((hour.value.hour + 10) % 12) + 1 : hour.value.hour;
  const end = oclockAt(tokens, hour.end);
  const half = halfAt(tokens, end, shown);
  // "5 to 6 pm" may be an hour's length; half of which day "quarter to 12 pm" is in, nobody knows.
  const unclear = to && (!SIDES.has(tokens[many.end - 1]?.text ?? "") || hour.value.hour === 12);
  const value = { hour: shown, minute: to ? 60 - many.value : many.value, second: undefined };
  const open = clock === 24 && half === undefined ? value : inHalf(value, half?.value);
  return { end: half?.end ?? end, value: unclear ? undefined : written(open) };
}

// "half", "quarter" or 1 to 59 minutes; "a quarter".
function minutesAt(tokens: Tokens, at: number): Match<number> | undefined {
  const start = stands(tokens, at, "a") && stands(tokens, at + 1, "quarter") ? at + 1 : at;
  const part = { half: 30, quarter: 15 }[tokens[start]?.text ?? ""];
  if (part !== undefined) return { end: start + 1, value: part };
  const many = number(tokens, at);
  if (many?.value?.den !== 1n || many.value.num < 1n || many.value.num > 59n) return undefined;
  return { end: skip(tokens, many.end, "minutes", "minute", "mins"), value: Number(many.value.num) };
}

function written(clock: Clock | undefined): string | undefined {
  return clock === undefined ? undefined : clockText(clock);
}
