// This file reads periods told from the reference: "next week", "the last three months", "within 5 minutes" (SPEC.md §8.12).
import { movedTo, shifted } from "../clock/instant.ts";
import { after, type Day, dayOf, fourDigits, isoOf, two } from "../date/day.ts";
import { shiftOf } from "../date/holiday.ts";
import { type Reference, referenceOf } from "../date/lean.ts";
import { PERIOD_NAMES } from "../date/names.ts";
import { duration } from "../date/duration.ts";
import { cardinal } from "../number/cardinal.ts";
import { type Grammar, remembered } from "../memo.ts";
import type { Settings } from "../settings.ts";
import { digitsAt, type Match, skip, stands, type Tokens } from "../token.ts";
import { weekText } from "./weeks.ts";

type Found = Match<string>;

/** "this month" → "2016-11", "next weekend" → "2016-W46-WE", "last 3 days" → "2016-11-04/2016-11-07". */
export const rolling: Grammar<string> = remembered(readRolling);

function readRolling(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const reference = referenceOf(settings);
  if (reference === undefined) return undefined;
  const found =
    within(tokens, at, reference) ??
    counted(tokens, at, reference) ??
    single(tokens, at, reference) ??
    toDate(tokens, at, reference);
  return found;
}

// "this week", "the coming quarter", "next calendar year", "last minute", "the week after next".
function single(tokens: Tokens, at: number, reference: Reference): Found | undefined {
  const far = stands(tokens, at, "week") && stands(tokens, at + 1, "after") && stands(tokens, at + 2, "next");
  if (far) return { end: at + 3, value: unitText("week", 2, reference) };
  const which = shiftOf(tokens[at]?.text ?? "");
  if (which === undefined) return undefined;
  const also = stands(tokens, at, "this") ? shiftOf(tokens[at + 1]?.text ?? "") : undefined;
  const unit = skip(tokens, also === undefined ? at + 1 : at + 2, "calendar");
  const value = unitText(tokens[unit]?.text ?? "", also ?? which, reference);
  return value === undefined ? undefined : { end: unit + 1, value };
}

function unitText(unit: string, shift: number, reference: Reference): string | undefined {
  const { year, month } = reference.day;
  if (unit === "year") return fourDigits(year + shift);
  if (unit === "decade") return `${fourDigits((Math.floor(year / 10) + shift) * 10).slice(0, 3)}X`;
  if (unit === "month") return monthText(after({ ...reference.day, day: 1 }, shift, "M"));
  if (unit === "quarter") {
    const count = year * 4 + Math.floor((month - 1) / 3) + shift;
    return `${fourDigits(Math.floor(count / 4))}-Q${(count % 4) + 1}`;
  }
  const week = unit === "week" || unit === "weekend" ? after(reference.day, shift, "W") : undefined;
  if (week !== undefined) return `${weekText(week) ?? ""}${unit === "weekend" ? "-WE" : ""}`;
  if (unit !== "hour" && unit !== "minute") return undefined;
  const size = unit === "hour" ? "PT1H" : "PT1M";
  return shift === 0 ? undefined : stretchOf(reference, size, shift > 0 ? 1 : -1);
}

function monthText(day: Day | undefined): string | undefined {
  return day === undefined ? undefined : isoOf(day).slice(0, 7);
}

const AHEAD: readonly string[] = ["next", "coming", "following", "upcoming"];
const BEHIND: readonly string[] = ["last", "past", "previous"];

// "last 3 months", "next couple of weeks", "2 upcoming months".
function counted(tokens: Tokens, at: number, reference: Reference): Found | undefined {
  const first = signOf(tokens, at);
  const many = countAt(tokens, first === undefined ? at : at + 1);
  if (many?.value === undefined) return undefined;
  const sign = first ?? signOf(tokens, many.end);
  const unit = first === undefined ? many.end + 1 : many.end;
  if (sign === undefined) return undefined;
  const end = unit + 1;
  const name = tokens[unit]?.text ?? "";
  if (name === "quarters") return { end, value: whole(reference, { months: 3, count: many.value, sign }) };
  if (name === "decades") return { end, value: whole(reference, { months: 120, count: many.value, sign }) };
  const period = PERIOD_NAMES.get(name);
  if (period === undefined || name.length === 1 || name.endsWith("s") !== many.value > 1 || isVerb(tokens, at))
    return undefined;
  const size = many.value * period.by;
  const clock = ["H", "N", "S"].includes(period.period);
  const iso = `P${clock ? "T" : ""}${size}${period.period === "N" ? "M" : period.period}`;
  return { end, value: stretchOf(reference, iso, sign) };
}

/** Words before "last" that make it no verb. */
const BEFORE: readonly string[] = "the for in over during of from within these those our my its and or since".split(
  " ",
);

// "it should last two hours".
function isVerb(tokens: Tokens, at: number): boolean {
  return stands(tokens, at, "last") && tokens[at - 1]?.kind === "word" && !BEFORE.includes(tokens[at - 1]?.text ?? "");
}

function signOf(tokens: Tokens, at: number): 1 | -1 | undefined {
  const word = tokens[at]?.text ?? "";
  return AHEAD.includes(word) ? 1 : BEHIND.includes(word) ? -1 : undefined;
}

// "3", "three", "a few", "couple of".
function countAt(tokens: Tokens, at: number): Match<number> | undefined {
  const start = skip(tokens, at, "a");
  if (stands(tokens, start, "few")) return { end: start + 1, value: 3 };
  if (stands(tokens, start, "couple")) return { end: skip(tokens, start + 1, "of"), value: 2 };
  // "two quarters" is no fraction here.
  const found = cardinal(tokens, at);
  const value = tokens[at]?.kind === "digits" ? digitsAt(tokens, at, 3) : Number(found?.value ?? 0n);
  if (value === undefined || value < 1 || value > 999) return undefined;
  return { end: found?.end ?? at + 1, value };
}

type Whole = { readonly months: number; readonly count: number; readonly sign: 1 | -1 };

// Quarters and decades are counted whole: behind, up to where the present one starts; ahead, from where the next does.
function whole({ day }: Reference, { months, count, sign }: Whole): string | undefined {
  const now = Math.floor((day.year * 12 + day.month - 1) / months);
  const from = sign < 0 ? now - count : now + 1;
  const [start, end] = [from, from + count].map((step) =>
    dayOf(Math.floor((step * months) / 12), ((step * months) % 12) + 1, 1),
  );
  return start === undefined || end === undefined ? undefined : `${isoOf(start)}/${isoOf(end)}`;
}

// From the reference on, or up to it; whole days ahead start tomorrow.
function stretchOf(reference: Reference, iso: string, sign: 1 | -1): string | undefined {
  if (iso.includes("T")) {
    const [now, then] = [movedTo(reference), shifted(reference, iso, sign)];
    if (now === undefined || then === undefined) return undefined;
    return sign > 0 ? `${now}/${then}` : `${then}/${now}`;
  }
  const start = sign > 0 ? after(reference.day, 1, "D") : reference.day;
  const moved =
    start === undefined ? undefined : shifted({ ...reference, day: start, timed: true, seconds: 0 }, iso, sign);
  if (moved === undefined || start === undefined) return undefined;
  const other = moved.slice(0, 10);
  return sign > 0 ? `${isoOf(start)}/${other}` : `${other}/${isoOf(start)}`;
}

// "within 5 minutes", "within the next 10 months": from the reference itself.
function within(tokens: Tokens, at: number, reference: Reference): Found | undefined {
  if (!stands(tokens, at, "within")) return undefined;
  const start = skip(tokens, skip(tokens, at + 1, "the"), "next");
  const many = duration(tokens, start);
  if (many?.value === undefined) return undefined;
  if (many.value.includes("T")) return { end: many.end, value: stretchOf(reference, many.value, 1) };
  const then = shifted({ ...reference, timed: true, seconds: 0 }, many.value, 1);
  return { end: many.end, value: then === undefined ? undefined : `${isoOf(reference.day)}/${then.slice(0, 10)}` };
}

// "year to date", "month to date".
function toDate(tokens: Tokens, at: number, { day }: Reference): Found | undefined {
  const unit = tokens[at]?.text ?? "";
  if ((unit !== "year" && unit !== "month") || !stands(tokens, at + 1, "to") || !stands(tokens, at + 2, "date"))
    return undefined;
  const start = `${fourDigits(day.year)}-${unit === "year" ? "01" : two(day.month)}-01`;
  return { end: at + 3, value: `${start}/${isoOf(day)}` };
}
