// This file reads a date with a time of day (SPEC.md §8.5).
import { dayPart } from "../period/part.ts";
import { type Grammar, remembered } from "../memo.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { clockText, halfInPart, settled, toldAt } from "./clock.ts";
import { date } from "../date/date.ts";
import { isoOf } from "../date/day.ts";
import { referenceOf } from "../date/lean.ts";
import { countedMoment, present } from "./instant.ts";
import { clockAt, time, timeAfter } from "./time.ts";

type Found = Match<string>;

/** "5 March 2024 at 1:45 pm", "13:45 on 2024-03-05" → "2024-03-05T13:45"; a zone of a timestamp stays. */
export const moment: Grammar<string> = remembered(readMoment);

function readMoment(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const told = settings.reference === undefined ? undefined : relative(tokens, at, settings);
  if (told !== undefined) return told;
  const early = time(tokens, at, settings);
  const later = early === undefined ? undefined : date(tokens, skip(tokens, early.end, "on", ",", "of"), settings);
  if (early !== undefined && later !== undefined) return joinedUp(later.end, later.value, early.value);
  const day = date(tokens, at, settings);
  if (day === undefined) return undefined;
  const stamp = timestamp(tokens, at, day);
  if (stamp !== undefined) return stamp;
  const mark = skip(tokens, day.end, ",");
  const start = skip(tokens, mark, "at", "@", "for", "around");
  const clock =
    start > mark
      ? timeAfter(tokens, start, settings)
      : (time(tokens, start, settings) ?? inWords(tokens, start, settings));
  return clock === undefined ? undefined : joinedUp(clock.end, day.value, clock.value);
}

function relative(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  return (
    present(tokens, at, settings) ??
    countedMoment(tokens, at, settings) ??
    endOfDay(tokens, at, settings) ??
    inPart(tokens, at, settings)
  );
}

// "March eighteenth nine thirty".
function inWords(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const told = toldAt(tokens, at);
  if (told?.value?.style !== "spoken") return undefined;
  const clock = settled(told.value, settings.clock);
  return { end: told.end, value: clock === undefined ? undefined : clockText(clock) };
}

// "end of the day", "the end of tomorrow", "eod".
function endOfDay(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const start = skip(tokens, at, "the");
  const told = referenceOf(settings);
  const today = told === undefined ? undefined : isoOf(told.day);
  if (stands(tokens, start, "eod")) return joinedUp(start + 1, today, "23:59:59");
  if (!stands(tokens, start, "end") || !stands(tokens, start + 1, "of")) return undefined;
  const day = skip(tokens, start + 2, "the", "this");
  if (stands(tokens, day, "day")) return joinedUp(day + 1, today, "23:59:59");
  const named = date(tokens, start + 2, settings) ?? date(tokens, day, settings);
  return named === undefined ? undefined : joinedUp(named.end, named.value, "23:59:59");
}

// "tomorrow morning at 8", "8am this morning", "tonight at 7".
function inPart(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const first = dayPart(tokens, at, settings);
  const mark = first === undefined ? at : skip(tokens, first.end, ",");
  const start = first === undefined ? at : skip(tokens, mark, "at", "@", "around");
  const told = toldAt(tokens, start);
  const sure = start > mark || stands(tokens, at - 1, "at");
  if (told?.value === undefined || (!sure && told.value.style === "bare")) return undefined;
  const part = first ?? dayPart(tokens, skip(tokens, told.end, ",", "on"), settings);
  if (part?.value === undefined) return undefined;
  const { day, name } = part.value;
  const half = told.value.half ?? (told.value.hour > 12 ? undefined : halfInPart(name, told.value.hour));
  const clock =
    half === undefined && told.value.hour < 13 ? undefined : settled({ ...told.value, half }, settings.clock);
  const end = Math.max(part.end, told.end);
  return joinedUp(end, day, clock === undefined ? undefined : clockText(clock));
}

// The T of a timestamp stands inside what `date` took.
function timestamp(tokens: Tokens, at: number, day: Found): Found | undefined {
  for (let middle = at + 1; middle < day.end; middle++) {
    if (joined(tokens, middle)?.text !== "t") continue;
    const clock = clockAt(tokens, middle + 1);
    return clock === undefined ? undefined : joinedUp(clock.end, day.value, clock.value);
  }
  return undefined;
}

function joinedUp(end: number, day: string | undefined, clock: string | undefined): Found {
  return { end, value: day === undefined || clock === undefined ? undefined : `${day}T${clock}` };
}
