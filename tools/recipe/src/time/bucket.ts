// This file moves the time of a moment to the start of the interval it lies in, and on from there (SPEC.md §7).
import { type Moment, momentOf, type Parts, shiftDays } from "./moment.ts";

const DAY = 86_400;
const HOUR = 3600;

/** Intervals of `step` seconds, one of them beginning `from` seconds into the day; `add` seconds after its start. */
export type Bucket = { readonly step: number; readonly from: number; readonly add: number };

/** The moment moved; one without a time of day is moved within the hour; undefined without hour and minute. */
export function bucketOf(moment: Moment, { step, from, add }: Bucket): Moment | undefined {
  const { hour, minute = 0, second = 0 } = moment;
  if (hour === undefined && moment.minute === undefined) return undefined;
  const seconds = (hour ?? 0) * HOUR + minute * 60 + second;
  const moved = Math.floor((seconds - from) / step) * step + from + add;
  const period = hour === undefined ? HOUR : DAY;
  const days = Math.floor(moved / period);
  const rest = moved - days * period;
  const clock = { minute: Math.floor(rest / 60) % 60, second: rest % 60 };
  if (hour === undefined) return momentOf(clock);
  const date = dateAfter(moment, days);
  return date === undefined ? undefined : momentOf({ ...date, hour: Math.floor(rest / HOUR), ...clock });
}

function dateAfter({ year, month, day }: Moment, days: number): Parts | undefined {
  if (year !== undefined && month !== undefined && day !== undefined) return shiftDays({ year, month, day }, days);
  return {};
}
