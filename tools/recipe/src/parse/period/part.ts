// This file reads parts of a day: "this evening", "Monday morning", "in the afternoon" (SPEC.md §8.12).
import { after, isoOf } from "../date/day.ts";
import { date } from "../date/date.ts";
import { referenceOf } from "../date/lean.ts";
import { type Grammar, remembered } from "../memo.ts";
import type { Settings } from "../settings.ts";
import { type Match, skip, type Tokens } from "../token.ts";

/** Codes of ISO 24617-1 (TIMEX3). */
export const PART_CODES: ReadonlyMap<string, string> = new Map([
  ["morning", "MO"],
  ["afternoon", "AF"],
  ["evening", "EV"],
  ["night", "NI"],
]);

/** A part of a day, the day as ISO text; undefined where the day has no value. */
export type DayPart = { readonly day: string | undefined; readonly name: string };

/** "tonight", "last night", "tomorrow morning", "next Monday in the afternoon". */
export const dayPart: Grammar<DayPart> = remembered(readDayPart);

function readDayPart(tokens: Tokens, at: number, settings: Settings): Match<DayPart> | undefined {
  const day = dayHere(tokens, at, settings) ?? date(tokens, at, settings);
  if (day === undefined) return undefined;
  if (day.end > at && ["tonight", "tonite"].includes(tokens[day.end - 1]?.text ?? ""))
    return { end: day.end, value: { day: day.value, name: "night" } };
  const own = PART_CODES.has(tokens[day.end - 1]?.text ?? "") ? day.end - 1 : undefined;
  const name = own ?? namedAt(tokens, skip(tokens, day.end, ","));
  if (name === undefined) return undefined;
  return { end: name + 1, value: { day: day.value, name: tokens[name]?.text ?? "" } };
}

/** "in the morning", "the evening", "afternoon", without a day. */
export function barePart(tokens: Tokens, at: number): Match<string> | undefined {
  const name = namedAt(tokens, at);
  const code = PART_CODES.get(tokens[name ?? -1]?.text ?? "");
  return name === undefined || code === undefined ? undefined : { end: name + 1, value: `T${code}` };
}

// The index of the part's name, behind "in the" or "the".
function namedAt(tokens: Tokens, at: number): number | undefined {
  const start = skip(tokens, skip(tokens, at, "in"), "the");
  return PART_CODES.has(tokens[start]?.text ?? "") ? start : undefined;
}

// "tonight", "this morning", "last night", "next evening".
function dayHere(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const reference = referenceOf(settings);
  if (reference === undefined) return undefined;
  const word = tokens[at]?.text ?? "";
  if (word === "tonight" || word === "tonite") return { end: at + 1, value: isoOf(reference.day) };
  const step = { this: 0, last: -1, next: 1 }[word];
  if (step === undefined || !PART_CODES.has(tokens[at + 1]?.text ?? "")) return undefined;
  const day = after(reference.day, step, "D");
  return { end: at + 2, value: day === undefined ? undefined : isoOf(day) };
}
