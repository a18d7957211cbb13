// This file finds runs of characters of one class in a text: digits, letters, words, numbers, names (SPEC.md §8).

const DIGIT = 1;
const LOWER = 2;
const UPPER = 4;
const LETTER = 8;
const BLANK = 16;
const MARK = 32;

/** Classes whose runs are the longest ones of these units. */
const MASKS = {
  digits: DIGIT,
  lower: LOWER,
  upper: UPPER,
  letters: LOWER | UPPER | LETTER,
  word: DIGIT | LOWER | UPPER | LETTER,
  blank: BLANK,
  solid: DIGIT | LOWER | UPPER | LETTER | MARK,
  marks: MARK,
} as const;

/** "number" is digits with single . or , between them, "name" an upper-case letter and the lower-case ones after it. */
export const RUN_KINDS = [
  "digits",
  "lower",
  "upper",
  "letters",
  "word",
  "blank",
  "solid",
  "marks",
  "number",
  "name",
] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** The class of a UTF-16 unit, by fixed ranges so that no Unicode version matters. */
function classOf(unit: number): number {
  if (unit < 0x80) {
    if (unit >= 0x61 && unit <= 0x7a) return LOWER;
    if (unit >= 0x41 && unit <= 0x5a) return UPPER;
    if (unit >= 0x30 && unit <= 0x39) return DIGIT;
    return unit === 0x20 || (unit >= 9 && unit <= 13) ? BLANK : MARK;
  }
  if (unit === 0xa0 || unit === 0x202f || unit === 0x3000 || (unit >= 0x2000 && unit <= 0x200a)) return BLANK;
  if (unit < 0xc0 || unit === 0xd7 || unit === 0xf7) return MARK;
  if (unit <= 0xde) return UPPER;
  if (unit <= 0xff) return LOWER;
  if ((unit >= 0x2000 && unit <= 0x2bff) || (unit >= 0x3000 && unit <= 0x303f)) return MARK;
  return unit >= 0xfe00 && (unit < 0xff10 || unit > 0xffdc) ? MARK : LETTER;
}

/** Whether a unit can stand in a run of a kind; "number" and "name" by their digits and letters. */
export function isOfKind(unit: number, kind: RunKind): boolean {
  const mask = kind === "number" ? MASKS.digits : kind === "name" ? MASKS.letters : MASKS[kind];
  return (classOf(unit) & mask) !== 0;
}

/** The end of the run of `kind` that starts at `at`; -1 where none starts. */
export function runEnd(text: string, kind: RunKind, at: number): number {
  if (kind === "number") return numberEnd(text, at);
  if (kind === "name") return nameEnd(text, at);
  const mask = MASKS[kind];
  if (at >= text.length || !has(text, at, mask) || (at > 0 && has(text, at - 1, mask))) return -1;
  return skip(text, at, mask);
}

/** All runs of a kind from left to right, as [start, end, start, end, …]. */
export function runsOf(text: string, kind: RunKind): number[] {
  const found: number[] = [];
  for (let at = 0; at < text.length;) {
    const end = runEnd(text, kind, at);
    if (end > at) found.push(at, end);
    at = end > at ? end : at + 1;
  }
  return found;
}

function has(text: string, at: number, mask: number): boolean {
  return (classOf(text.charCodeAt(at)) & mask) !== 0;
}

function skip(text: string, from: number, mask: number): number {
  let at = from;
  while (at < text.length && has(text, at, mask)) at++;
  return at;
}

function numberEnd(text: string, at: number): number {
  if (!has(text, at, DIGIT) || at >= text.length || (at > 0 && has(text, at - 1, DIGIT))) return -1;
  if (at > 1 && isPoint(text, at - 1) && has(text, at - 2, DIGIT)) return -1;
  let end = skip(text, at, DIGIT);
  while (isPoint(text, end) && end + 1 < text.length && has(text, end + 1, DIGIT)) end = skip(text, end + 1, DIGIT);
  return end;
}

function isPoint(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x2e || unit === 0x2c;
}

function nameEnd(text: string, at: number): number {
  if (at >= text.length || !has(text, at, UPPER)) return -1;
  const end = skip(text, at + 1, LOWER | LETTER);
  return end > at + 1 ? end : -1;
}
