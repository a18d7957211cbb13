// This file reads moments counted from the reference moment: "now", "in five minutes" (SPEC.md §8.5).
import { after, type Day, isoOf, two } from "../date/day.ts";
import { duration, partsOfIso } from "../date/duration.ts";
import { type Reference, referenceOf } from "../date/lean.ts";
import type { Settings } from "../settings.ts";
import { type Match, stands, type Tokens } from "../token.ts";

const DAY = 86_400;
/** Hours, minutes and seconds of a duration, in seconds. */
const SIZES: Readonly<Record<string, number>> = { H: 3600, N: 60, S: 1 };

const PRESENT: readonly (readonly string[])[] = [
  ["right", "now"],
  ["now"],
  ["at", "the", "moment"],
  ["at", "this", "moment"],
  ["at", "the", "present", "time"],
  ["at", "present"],
  ["at", "this", "time"],
];

/** "now", "at the moment": the reference itself, if it has a time. */
export function present(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const words = PRESENT.find((all) => all.every((word, index) => stands(tokens, at + index, word)));
  if (words === undefined) return undefined;
  const reference = referenceOf(settings);
  return { end: at + words.length, value: reference === undefined ? undefined : movedBy(reference, 0) };
}

/** "in 5 minutes", "half an hour ago", "3 minutes from now"; lengths of whole days are dates. */
export function countedMoment(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const inside = stands(tokens, at, "in") ? at + 1 : at;
  const many = duration(tokens, inside);
  if (many === undefined) return undefined;
  const word = tokens[many.end]?.text ?? "";
  const now = word === "from" && stands(tokens, many.end + 1, "now");
  const sign = word === "ago" ? -1 : now || (word === "later" && settings.lean !== undefined) || inside > at ? 1 : 0;
  const reference = referenceOf(settings);
  if (sign === 0 || many.value === undefined || !/T/.test(many.value)) return undefined;
  const end = word === "ago" || word === "later" ? many.end + 1 : now ? many.end + 2 : many.end;
  return { end, value: reference === undefined ? undefined : shifted(reference, many.value, sign) };
}

/** The moment a duration before or after the reference; undefined where it is no whole number of seconds. */
export function shifted(reference: Reference, iso: string, sign: 1 | -1): string | undefined {
  let seconds = 0;
  let day: Day | undefined = reference.day;
  for (const { period, size } of partsOfIso(iso) ?? []) {
    const by = SIZES[period];
    if (size.num > 10n ** 9n) return undefined;
    if (by !== undefined) seconds += (Number(size.num) * by) / Number(size.den);
    else day = day === undefined || size.den !== 1n ? undefined : after(day, Number(size.num) * sign, period);
  }
  return day === undefined || !Number.isInteger(seconds) ? undefined : movedBy({ ...reference, day }, seconds * sign);
}

/** The reference itself, as ISO text; undefined where it has no time. */
export function movedTo(reference: Reference): string | undefined {
  return movedBy(reference, 0);
}

function movedBy(reference: Reference, seconds: number): string | undefined {
  if (!reference.timed) return undefined;
  const all = reference.seconds + seconds;
  const days = Math.floor(all / DAY);
  const rest = all - days * DAY;
  const day = after(reference.day, days, "D");
  if (day === undefined) return undefined;
  const [hours, minutes] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60];
  const clock = `${two(hours)}:${two(minutes)}${rest % 60 === 0 ? "" : `:${two(rest % 60)}`}`;
  return `${isoOf(day)}T${clock}`;
}
