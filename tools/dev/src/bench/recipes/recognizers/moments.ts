// This file answers the family of dates, times, periods, durations and what repeats.
import { spotValues, type ValueKind, type ValueSettings } from "@kolm/recipe";
import { type Fields, fieldsOf, otherHalf } from "./bounds.ts";
import { type Family, type Found, masked, type Piece, type Resolution } from "./piece.ts";
import { shapeOf } from "./shape.ts";

const KINDS: readonly ValueKind[] = ["repeat", "datetime", "date", "period", "duration", "time"];

/** What is left beside the pieces may say that they mean something else. */
const TIME_WORD =
  /(?:\b(?:at|on|by|to|from|in|and|or)\s*|[-~])[0-9]|[0-9][:/.-][0-9]|\b(?:1[5-9]|20)[0-9]{2}\b|[0-9]\s*(?:$|[,.!?;)])|[0-9]\s*\uFFFC|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tues?|thurs?|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|(?:january|february|april|june|july|august|september|october|november|december)|days?|weeks?|months?|years?|quarters?|hours?|minutes?|mins?|hrs?|nights?|nightly|mornings?|afternoons?|evenings?|noon|midnight|weekends?|weekdays?|decades?|century|centuries|today|tonight|tomorrow|yesterday|now|currently|recently|ago|earlier|next|last|past|previous|coming|upcoming|following|same|every|everyday|each|daily|weekly|monthly|yearly|annual(?:ly)?|circa|approximately|early|mid|late|later|longer|shorter|whole|entire|eod|eoy|beginning|spring|summer|autumn|winter|christmas|easter|eve|holiday|birthday|thanksgiving|lunch[a-z]*|dinner[a-z]*|breakfast|fiscal|school|[fs]y[0-9]*|timezone|utc|gmt|pm|once|twice|seconds?|first|third|[0-9]+(?:st|nd|rd|th)|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|[a-z]+teen|[a-z]+tie)th)\b/i;

/** Words directly before or behind a piece that belong to it. */
const BEFORE =
  /(?:ty|[0-9]) and\s+$|\bw\/c\s+$|\b(?:good|happy|week (?:commencing|beginning|starting)|one|once|twice|times|before|after|since|until|till|through|between|from|within|around|than|over|under|(?<!how |what )about|nearly|almost|roughly|some|few|couple|more|less|least|most|half|by|as|all|rest of(?: the)?|remaining(?: of)?(?: the)?|remainder of(?: the)?|end of(?: the)?|start of(?: the)?|middle of(?: the)?|week of|if not)\s+$|[-\u2013~(/:=<>$+]\s*$/i;
const BEHIND =
  /^(?:\s*[-\u2013~/:+]|\s+(?:old|time|long|of age|of)\b|\s+to\s+[0-9]|'s?\b|\s*(?:[pecmi]s?t|[pecm]dt|gmt|utc|eastern|pacific|central)\b)/i;

const COUNTED = /^(?:in )?\S+ (?:days?|weeks?|months?|years?) (?:from|after|before) (?!now|today|tomorrow|yesterday)/i;

/** What the library reads as something else or as two things. */
const OTHERWISE =
  /^every other [a-z]+day|quarter of the year|^from [a-z]+ to [a-z]+$|^year of|^in [0-9]+ s$|\bnow\b.*\blater\b|\b(?:easter|christmas|eve|thanksgiving|halloween)\b.*(?::|[0-9] ?[ap]\b)/i;

/** "Friday 7-6", "from 10:30 to 3 on": hours that fall are more often no hours, or cross noon. */
function falls(text: string): boolean {
  const hours =
    /\b([0-9]{1,2})(?::[0-9]{2})?\s?(?:-|to|and)\s?([0-9]{1,2})(?::[0-9]{2})?(?=$|\s+(?:on|[a-z]+day|today|tomorrow)\b)/i.exec(
      text,
    );
  return hours !== null && Number(hours[1]) >= Number(hours[2]);
}

const LEANS = ["past", "future"] as const;

export const moments: Family = (input, reference) => {
  const settings = { order: "mdy", reference, century: 1940 } as const;
  const pieces = piecesOf(input, settings);
  const rest = masked(input, pieces);
  if (TIME_WORD.test(rest)) return undefined;
  if (isChained(input, pieces)) return undefined;
  const found = pieces.map((piece) => foundOf(input, piece, settings));
  if (!pieces.every(({ start, end }) => standsAlone(input, start, end))) return undefined;
  return found.every((one) => one !== undefined) ? found : undefined;
};

function standsAlone(input: string, start: number, end: number): boolean {
  return !BEFORE.test(input.slice(0, start)) && !BEHIND.test(input.slice(end));
}

// "in 3 days on Friday", "Wednesday evening next week": pieces that tell one thing together.
function isChained(input: string, pieces: readonly Piece[]): boolean {
  return pieces.some((piece, index) => {
    const before = pieces[index - 1];
    if (before === undefined) return false;
    const gap = input.slice(before.end, piece.start);
    return /^[\s,.]*(?:(?:on|of|in|at|for|from|to)\s*)?$/i.test(gap) && !isApart(before, piece);
  });
}

// "2 hours next month", "next year at 6pm", "the 9th of May for 2 nights" tell two things.
function isApart(before: Piece, { kind, value = "" }: Piece): boolean {
  const days = (before.value ?? "").match(/^[0-9]{4}-(?:W?[0-9]{2}|Q[1-4])$|^[0-9]{4}$/) !== null;
  if (before.kind === "period" && days) return kind === "time" || (kind === "period" && /^[<>=]*[0-9]{2}:/.test(value));
  if (before.kind === "date") return kind === "duration" && /^P[0-9]+D$/.test(value);
  return before.kind === "duration" && kind === "period" && !/^[<>]/.test(value);
}

/** The longest pieces of any kind, from left to right. */
function piecesOf(input: string, settings: ValueSettings): readonly Piece[] {
  const told: ValueSettings = { ...settings, lean: "past", clock: 24 };
  const all = KINDS.flatMap((kind) => spotValues(input, kind, told).map((piece) => ({ ...piece, kind })));
  const pieces: Piece[] = [];
  for (const piece of all.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (piece.start >= (pieces.at(-1)?.end ?? 0)) pieces.push(piece);
  }
  return pieces;
}

function foundOf(input: string, { start, end, kind }: Piece, settings: ValueSettings): Found | undefined {
  const of = (told: ValueSettings): string | undefined =>
    spotValues(input, kind, told).find((one) => one.start === start && one.end === end)?.value;
  // Where the order told is impossible the other is meant.
  const late = /\b(?:1[3-9]|2[0-9]|3[01])[-./][0-9]{1,2}[-./]/.test(input.slice(start, end));
  const order = late ? "dmy" : settings.order;
  const read = (more: ValueSettings): string | undefined => of({ ...settings, ...more, order });
  const leant = LEANS.map((lean) => read({ lean, clock: 24 }));
  // The library counts from the next such day.
  const sure = kind === "date" && COUNTED.test(input.slice(start, end)) ? leant.slice(1) : leant;
  const open = LEANS.some((lean) => read({ lean }) === undefined);
  const readings = open ? [...sure, ...sure.map((one) => (one === undefined ? one : otherHalf(one)))] : sure;
  const fields = [...new Set(readings)].map((one) => (one === undefined ? undefined : fieldsOf(kind, one)));
  if (!fields.every((one) => one !== undefined)) return undefined;
  if (OTHERWISE.test(input.slice(start, end)) || falls(input.slice(start, end))) return undefined;
  // Years of two digits from 30 to 39 are of two centuries to the library.
  if (kind === "date" && /[-/]3[0-9]$/.test(input.slice(start, end)) && !/[0-9]{4}/.test(input.slice(start, end)))
    return undefined;
  const text = articled(input, start) + input.slice(start, end);
  const [first = ""] = readings;
  const group = `${kind} ${first.replaceAll(/[0-9]+/g, "0")} ${fields.length}`;
  return { text, form: `${kind} ${shapeOf(text)}`, group, holds: (truth) => holds(fields, truth) };
}

/** Words that the library counts in. */
function articled(input: string, start: number): string {
  const text = input.slice(start);
  const on = /^[a-z]+day of (?:the )?(?:next|following) week/i.test(text);
  const the = /^(?:next|coming) (?:[a-z]+ )?decades?\b|^week after next/i.test(text);
  return (on ? /\bon\s+$/i : the ? /\bthe\s+$/i : /$^/).exec(input.slice(0, start))?.[0] ?? "";
}

/** The readings in order, each with its type and fields; an open end says what the library's Mod says. */
function holds(fields: readonly Fields[], { values }: Resolution): boolean {
  return (
    values?.length === fields.length &&
    fields.every((one, index) => {
      const truth = values[index] ?? {};
      const open = one["type"]?.endsWith("range") === true && (one["start"] === undefined || one["end"] === undefined);
      if (!open && truth["Mod"] !== undefined) return false;
      return (
        Object.entries(one).every(([name, value]) => truth[name] === value) &&
        ["start", "end"].every((name) => (one[name] === undefined) === (truth[name] === undefined))
      );
    })
  );
}
