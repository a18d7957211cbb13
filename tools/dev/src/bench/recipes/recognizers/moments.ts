// This file answers the family of dates, times and durations.
import { spotValues, type ValueKind, type ValueSettings } from "@kolm/recipe";
import { answered, type Family, isolated, masked, type Piece } from "./piece.ts";

const MOMENTS: readonly ValueKind[] = ["datetime", "date", "duration", "time"];

const TIME_WORD =
  /[0-9]|\b(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)[a-z]*|days?|weeks?|months?|years?|quarters?|hours?|minutes?|seconds?|mins?|hrs?|nights?|nightly|mornings?|afternoons?|evenings?|noon|midnight|weekends?|weekdays?|decades?|century|centuries|today|tonight|tomorrow|yesterday|now|currently|recently|present|ago|later|earlier|next|last|past|previous|this|coming|upcoming|following|same|every|everyday|each|daily|weekly|monthly|yearly|annual(?:ly)?|before|after|since|until|till|through|between|from|within|during|around|about|circa|approximately|early|mid|late|over|under|more|less|least|most|longer|shorter|all|whole|entire|end|eod|start|beginning|spring|summer|autumn|fall|winter|christmas|easter|eve|holiday|birthday|thanksgiving|lunch[a-z]*|dinner|breakfast|timezone|utc|gmt|[pecm]st|am|pm|once|twice|another|extra)\b/i;

/** Words beside a piece that make it part of something longer. */
const JOINED_WORD =
  /\b(?:in|to|or|and|by|than|of)\s+(?:the\s+)?\uFFFC|\uFFFC\s*(?:[-\u2013~]\s*\uFFFC|(?:or|and|to|in|of|than|time)\b)/i;

export const moments: Family = (input, reference) => {
  const settings: ValueSettings = { order: "mdy", reference };
  const all = MOMENTS.flatMap((kind) => spotValues(input, kind, settings).map((piece) => ({ ...piece, kind })));
  const pieces: Piece[] = [];
  for (const piece of all.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (piece.start >= (pieces.at(-1)?.end ?? 0)) pieces.push(piece);
  }
  const rest = masked(input, pieces);
  if (!isolated(input, pieces) || TIME_WORD.test(rest) || JOINED_WORD.test(rest)) return undefined;
  // "one a day" is a rate.
  if (pieces.some(({ start, kind }) => kind === "duration" && /^a\b/i.test(input.slice(start)))) return undefined;
  return answered(
    input,
    pieces,
    (value, { kind }) =>
      ({ values }) =>
        values?.length === 1 && isMoment(value, kind, values[0] ?? {}),
  );
};

function isMoment(value: string, kind: ValueKind, truth: Readonly<Record<string, string>>): boolean {
  if (truth["type"] !== kind || truth["Mod"] !== undefined) return false;
  if (kind === "duration") return truth["timex"] === value;
  if (kind === "date") return truth["value"] === value;
  const seconds = /:[0-9]{2}:[0-9]{2}/.test(value) ? value : `${value}:00`;
  return truth["value"] === seconds.replace("T", " ");
}
