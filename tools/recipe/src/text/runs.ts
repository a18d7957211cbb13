// This file finds runs of characters of one class in a text: digits, letters, words, numbers, names (SPEC.md §9).

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

/** Where a class begins; it holds up to the next line. Fixed ranges, so that no Unicode version matters. */
const RANGES: readonly (readonly [from: number, kind: number])[] = [
  [0, MARK],
  [0x09, BLANK],
  [0x0e, MARK],
  [0x20, BLANK],
  [0x21, MARK],
  [0x30, DIGIT],
  [0x3a, MARK],
  [0x41, UPPER],
  [0x5b, MARK],
  [0x61, LOWER],
  [0x7b, MARK],
  [0xa0, BLANK],
  [0xa1, MARK],
  [0xc0, UPPER],
  [0xd7, MARK],
  [0xd8, UPPER],
  [0xdf, LOWER],
  [0xf7, MARK],
  [0xf8, LOWER],
  [0x100, LETTER],
  [0x2000, BLANK],
  [0x200b, MARK],
  [0x202f, BLANK],
  [0x2030, MARK],
  [0x2c00, LETTER],
  [0x3000, BLANK],
  [0x3001, MARK],
  [0x3040, LETTER],
  [0xfe00, MARK],
  [0xff10, LETTER],
  [0xffdd, MARK],
  [0x10000, MARK],
];

/** The class of every UTF-16 unit. */
const CLASSES = new Uint8Array(0x10000);
for (const [index, [from, kind]] of RANGES.entries()) CLASSES.fill(kind, from, RANGES[index + 1]?.[0] ?? from);

function classOf(unit: number): number {
  return CLASSES[unit] ?? 0;
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
