// This file is what the families of the recogniser set share: pieces with values, the rest of the text, the test of a resolution.
import type { ValueKind } from "@kolm/recipe";

/** What the library says of a value. */
export type Resolution = Readonly<Record<string, unknown>> & {
  readonly values?: readonly Readonly<Record<string, string>>[];
};

/** A value in a row: its text, and the test of a resolution that the library gives. */
export type Found = {
  readonly text: string;
  /** What it is and how it is written, coarsely; only forms that were right before are answered. */
  readonly form: string;
  /** The class of forms it belongs to, told by its value. */
  readonly group?: string;
  readonly holds: (resolution: Resolution) => boolean;
};

/** What is answered for a row's text and reference time; undefined abstains. */
export type Family = (input: string, reference: string) => readonly Found[] | undefined;

export type Piece = {
  readonly start: number;
  readonly end: number;
  readonly value: string | undefined;
  readonly kind: ValueKind;
};

/** The answer when every piece has a value. */
export function answered(
  input: string,
  pieces: readonly Piece[],
  means: (value: string, piece: Piece) => Found["holds"],
): readonly Found[] | undefined {
  const found = pieces.flatMap((piece) =>
    piece.value === undefined ? [] : [foundOf(input, piece, means(piece.value, piece))],
  );
  return found.length === pieces.length ? found : undefined;
}

const NUMERAL =
  /\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred|thousand|[a-z]+illion|and)[\s-]*)+\b/g;
const MONTH = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*/g;

function foundOf(input: string, { start, end, kind, value = "" }: Piece, holds: Found["holds"]): Found {
  const text = input.slice(start, end);
  const written = text
    .toLowerCase()
    .replace(MONTH, "month")
    .replace(NUMERAL, "n ")
    .replace(/[0-9][0-9,.]*/g, "0");
  const unit = value.split(" ").slice(1).join(" ");
  return { text, form: kind === "phone" ? kind : `${kind} ${unit === "" ? written : unit}`, holds };
}

/** The text with U+FFFC in place of each piece. */
export function masked(input: string, pieces: readonly Piece[]): string {
  return pieces.reduceRight((text, { start, end }) => `${text.slice(0, start)}\uFFFC${text.slice(end)}`, input);
}

/** Words that may tie what stands beside them to a value: "20 or so", "minus 5", "10 over 3", "5 by 7", "from 3". */
const TIES =
  /^(?:and|or|to|of|over|out|in|by|x|times|per|point|plus|minus|negative|than|between|from|a|an|half|odd|so|plus|upon|divided|multiplied|each|every|some|few|several|about|around|almost|nearly|roughly|approximately|under|above|below|up|least|most|more|less|non|no|not|then|via|[b-hj-z])$/i;

/** Whether each piece stands between blanks and stops, with no word beside it that may belong to it. */
export function isolated(input: string, pieces: readonly Piece[]): boolean {
  return pieces.every(({ start, end }) => {
    const before = input.slice(0, start);
    const after = input.slice(end);
    if (!/(?:^|[\s("'])$/.test(before) || !/^(?:$|[\s)"']|[.,;:!?](?:\s|$))/.test(after)) return false;
    const previous = /([^\s]+)\s+$/.exec(before)?.[1] ?? "";
    const next = /^\s+([^\s.,;:!?]+)/.exec(after)?.[1] ?? "";
    return ![previous, next].some((word) => TIES.test(word) || /[-0-9+*/^=%<>$€£]/.test(word));
  });
}

/** Whether a resolution has this value, as a text or as a number. */
export const equals =
  (value: string) =>
  (resolution: Resolution): boolean => {
    const truth = resolution["value"];
    return typeof truth === "string" && (truth === value || (value !== "" && Number(truth) === Number(value)));
  };
