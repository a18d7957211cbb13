// This file reads a date with a time of day (SPEC.md §8.5).
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, type Tokens } from "../token.ts";
import { date } from "./date.ts";
import { clockAt, time } from "./time.ts";

/** "5 March 2024 at 1:45 pm", "13:45 on 2024-03-05" → "2024-03-05T13:45"; a zone of a timestamp stays. */
export function moment(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const early = time(tokens, at, settings);
  const later = early === undefined ? undefined : date(tokens, skip(tokens, early.end, "on", ",", "of"), settings);
  if (early !== undefined && later !== undefined) return joinedUp(later.end, later.value, early.value);
  const day = date(tokens, at, settings);
  if (day === undefined) return undefined;
  const stamp = timestamp(tokens, at, day);
  if (stamp !== undefined) return stamp;
  const start = skip(tokens, skip(tokens, day.end, ","), "at", "@");
  const clock = time(tokens, start, settings);
  return clock === undefined ? undefined : joinedUp(clock.end, day.value, clock.value);
}

// The T of a timestamp stands inside what `date` took.
function timestamp(tokens: Tokens, at: number, day: Match<string>): Match<string> | undefined {
  for (let middle = at + 1; middle < day.end; middle++) {
    if (joined(tokens, middle)?.text !== "t") continue;
    const clock = clockAt(tokens, middle + 1);
    return clock === undefined ? undefined : joinedUp(clock.end, day.value, clock.value);
  }
  return undefined;
}

function joinedUp(end: number, day: string | undefined, clock: string | undefined): Match<string> {
  return { end, value: day === undefined || clock === undefined ? undefined : `${day}T${clock}` };
}
