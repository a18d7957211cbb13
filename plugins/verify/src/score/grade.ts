// This file grades one answer against the expected output of its row.
import {
  isSources,
  type Contract,
  type Field,
  type FieldValue,
  type LabelledSpan,
  type Output,
  type Span,
  unreachable,
} from "@kolm/format";

/** What grading needs of an answer; output null or abstained true is an abstention. */
export type Given = { readonly output: Output | null; readonly abstained: boolean };

/** One graded row; score is in [0, 1], fields holds the score of each field of an answered in-scope row. */
export type Grade = {
  /** False where the right behaviour is to abstain. */
  readonly inScope: boolean;
  readonly answered: boolean;
  readonly score: number;
  readonly fields: Readonly<Record<string, number>>;
};

/**
 * Grades an answer. The score of a record is the lowest of its fields (a record is right only if all its fields are).
 * Answering where abstaining is right scores 0; abstaining scores 1 there and 0 elsewhere, yet counts in no mean.
 */
export function gradeRow(contract: Contract, expected: Output | null, given: Given): Grade {
  const answered = isAnswered(given);
  if (expected === null) return { inScope: false, answered, score: answered ? 0 : 1, fields: {} };
  if (!answered || given.output === null) return { inScope: true, answered: false, score: 0, fields: {} };
  const { output } = given;
  const scores = Object.entries(contract.output).map(([name, field]): [string, number] => [
    name,
    gradeField(field, expected[name], output[name]),
  ]);
  return {
    inScope: true,
    answered,
    score: Math.min(...scores.map(([, score]) => score)),
    fields: Object.fromEntries(scores),
  };
}

/** True for an answer with an output. */
function isAnswered({ abstained, output }: Given): boolean {
  return !abstained && output !== null;
}

/** 1 or 0 for an exact match of enum, boolean, text and span; F1 of exact (start, end, label) for spans; nDCG@10 for retrieval. */
export function gradeField(field: Field, expected: FieldValue | undefined, given: FieldValue | undefined): number {
  switch (field.type) {
    case "enum":
    case "boolean":
    case "text":
      return expected === given ? 1 : 0;
    case "span":
      return keyOfSpan(spanOf(expected)) === keyOfSpan(spanOf(given)) ? 1 : 0;
    case "spans":
      return spanF1(spansOf(expected), spansOf(given));
    case "retrieval":
      return ndcg(sourcesOf(expected), sourcesOf(given));
    default:
      return unreachable(field);
  }
}

/** Matches between two lists of spans by exact start, end and label; each span matches once. */
export function matchSpans(expected: readonly LabelledSpan[], given: readonly LabelledSpan[]): readonly LabelledSpan[] {
  const wanted = new Set(expected.map(keyOfLabelled));
  return given.filter((span) => wanted.delete(keyOfLabelled(span)));
}

/** A field's value as spans; anything else is none. */
export function spansOf(value: FieldValue | undefined): readonly LabelledSpan[] {
  // Array.isArray does not narrow readonly arrays out of a union.
  return Array.isArray(value) && !isSources(value) ? (value as readonly LabelledSpan[]) : [];
}

/** A field's value as one span; anything else is none. */
export function spanOf(value: FieldValue | undefined): Span | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return value as Span; // the one object left in FieldValue
}

/** A field's value as file names; anything else is none. */
export function sourcesOf(value: FieldValue | undefined): readonly string[] {
  return isSources(value) ? value : [];
}

/** 1 / log2(rank + 1), written out since engines compute logarithms differently. */
const GAINS = [1, 0.63093, 0.5, 0.430677, 0.386853, 0.356207, 0.333333, 0.315465, 0.30103, 0.289065];

/** Gain of the right ones by rank among the first ten, over the best that could be (Järvelin & Kekäläinen 2002). */
function ndcg(expected: readonly string[], given: readonly string[]): number {
  const gainOf = (rank: number): number => GAINS[rank] ?? 0;
  const sum = (ranks: readonly number[]): number => ranks.reduce((total, rank) => total + gainOf(rank), 0);
  const found = given.flatMap((source, rank) => (expected.includes(source) ? [rank] : []));
  return sum(found) / sum(expected.map((_, rank) => rank).slice(0, GAINS.length));
}

function spanF1(expected: readonly LabelledSpan[], given: readonly LabelledSpan[]): number {
  if (expected.length === 0 && given.length === 0) return 1;
  return (2 * matchSpans(expected, given).length) / (expected.length + given.length);
}

const keyOfSpan = (span: Span | null): string => (span === null ? "" : `${span.start}-${span.end}`);
const keyOfLabelled = (span: LabelledSpan): string => `${span.start}-${span.end}-${span.label}`;
