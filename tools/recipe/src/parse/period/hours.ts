// This file reads ranges of times of day: "5 to 6pm", "from 8am-3", "between 9:30 and 11" (SPEC.md §8.12).
import { type Clock, clockText, halfInPart, inHalf, settled, type Told, toldAt } from "../clock/clock.ts";
import type { Settings } from "../settings.ts";
import { type Match, skip, stands, type Tokens } from "../token.ts";

/** Both ends as clock texts; undefined where the half of the day is open. */
export type Hours = readonly [from: string, to: string] | undefined;

const DASHES: readonly string[] = ["-", "\u2013", "\u2014", "~"];
const UNTIL: readonly string[] = ["to", "till", "until", "through", "thru", ...DASHES];

/** `sure` says that a day stands beside it: then bare hours are times too; `behind` that the day stands before it; `part` names the part of the day. */
export type Beside = Settings & {
  readonly sure: boolean;
  readonly behind: boolean;
  readonly part: string | undefined;
};

export function hourRange(tokens: Tokens, at: number, beside: Beside): Match<Hours> | undefined {
  const between = stands(tokens, at, "between");
  const start = between || stands(tokens, at, "from") ? at + 1 : beside.behind ? skip(tokens, at, "at", "@") : at;
  const from = toldAt(tokens, start);
  if (from?.value === undefined) return undefined;
  const joint = tokens[from.end]?.text ?? "";
  if (!UNTIL.includes(joint) && !(between && ["and", "to"].includes(joint))) return undefined;
  const to = toldAt(tokens, from.end + 1);
  if (to?.value === undefined) return undefined;
  const dated = beside.sure || start > at;
  if (!isClock(from.value, to.value, dated)) return undefined;
  return { end: to.end, value: ends(withPart(from.value, to.value, beside.part), beside) };
}

// Two bare hours may be anything; behind a day they are hours.
function isClock(from: Told, to: Told, sure: boolean): boolean {
  const plain = (one: Told): boolean => one.style === "bare" || one.style === "dotted";
  if (plain(from) && plain(to)) return sure && (from.style === "bare" || to.style === "bare") && to.hour > 0;
  return from.style !== "spoken" || sure || to.half !== undefined;
}

type Pair = readonly [from: Told, to: Told];

function withPart(from: Told, to: Told, part: string | undefined): Pair {
  const half = part === undefined ? undefined : halfInPart(part, to.hour);
  return to.half !== undefined || half === undefined || to.hour > 12 ? [from, to] : [from, { ...to, half }];
}

function ends([from, to]: Pair, { clock }: Settings): Hours {
  if (from.half === undefined && to.half !== undefined) {
    const last = settled(to, clock);
    const first = from.hour > 12 || from.hour === 0 ? settled(from, 24) : closest(from, to.half, last);
    return texts(first, last);
  }
  if (from.half !== undefined && to.half === undefined) {
    const first = settled(from, clock);
    return texts(first, to.hour > 12 ? settled(to, 24) : next(first, to));
  }
  const [first, last] = [settled(from, clock), settled(to, clock)];
  if (first === undefined || last === undefined) return undefined;
  if (from.half === undefined && minutes(first) >= minutes(last))
    return texts(first, last.hour < 12 ? { ...last, hour: last.hour + 12 } : undefined);
  return texts(first, last);
}

// The start in the half of the end, unless it would come after it.
function closest(from: Told, half: "am" | "pm", last: Clock | undefined): Clock | undefined {
  const same = inHalf(from, half);
  if (last === undefined || same === undefined) return undefined;
  return minutes(same) < minutes(last) ? same : inHalf(from, half === "am" ? "pm" : "am");
}

// The first such hour after the start.
function next(first: Clock | undefined, to: Told): Clock | undefined {
  const both = [inHalf(to, "am"), inHalf(to, "pm")];
  return both.find((one) => one !== undefined && first !== undefined && minutes(one) > minutes(first));
}

function minutes({ hour, minute }: Clock): number {
  return hour * 60 + minute;
}

function texts(from: Clock | undefined, to: Clock | undefined): Hours {
  return from === undefined || to === undefined || minutes(from) >= minutes(to)
    ? undefined
    : [clockText(from), clockText(to)];
}
