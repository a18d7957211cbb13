// This file counts what a student got right of rows it never saw, by field and by label.
import { type FieldValue, isSources, type LabelledSpan, type Span } from "@kolm/format";
import type { Seen } from "../calibrate/calibrate.ts";
import { calibrationError } from "../calibrate/reliability.ts";
import type { Head } from "../rows/heads.ts";

type LabelScore = {
  readonly label: string;
  readonly rows: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
};
export type FieldScore = {
  readonly field: string;
  readonly kind: string;
  readonly rows: number;
  /** Share of rows whose value is exactly right. */
  readonly accuracy: number;
  /** Over all labels: of spans with exact ends for token heads, else the mean of the labels' F1. */
  readonly f1: number;
  readonly calibrationError: number;
  readonly labels: readonly LabelScore[];
  /** The labels most often taken for another, with counts. */
  readonly confusions: readonly { readonly right: string; readonly given: string; readonly rows: number }[];
};

const CONFUSIONS = 10;

/** Scores of every field over the rows that have an answer. */
export function scoreFields(seen: readonly Seen[], heads: readonly Head[]): FieldScore[] {
  const answered = seen.filter(({ lesson }) => lesson.output !== null);
  return heads.filter(({ kind }) => kind !== "scope").map((head) => scoreField(answered, head));
}

function scoreField(seen: readonly Seen[], { field, kind, labels, on }: Head): FieldScore {
  const pairs = seen.map(({ lesson, verdict }) => ({
    right: lesson.output?.[field] ?? null,
    given: verdict.fields[field],
  }));
  const counts = labels.map((label) =>
    countOf(pairs.map(({ right, given }) => [unitsOf(right, label), unitsOf(given?.value ?? null, label)] as const)),
  );
  const scores = counts.map((count, place) => ({ label: labels[place] ?? "", rows: count.rows, ...ratios(count) }));
  const graded = pairs.map(({ given }) => ({ confidence: given?.confidence ?? 0, score: given?.score ?? 0 }));
  const present = scores.filter(({ rows }) => rows > 0);
  return {
    field,
    kind,
    rows: pairs.length,
    accuracy: share(graded.filter(({ score }) => score === 1).length, pairs.length),
    f1:
      on === "tokens"
        ? ratios(sum(counts)).f1
        : share(
            present.reduce((total, { f1 }) => total + f1, 0),
            present.length,
          ),
    calibrationError: calibrationError(graded),
    labels: scores,
    confusions:
      on === "tokens"
        ? []
        : confusionsOf(pairs.map(({ right, given }) => [String(right), String(given?.value ?? null)])),
  };
}

/** What of a value is of this label, as comparable text: the class itself, or each span's ends. */
function unitsOf(value: FieldValue, label: string): readonly string[] {
  if (value === null || isSources(value)) return [];
  if (typeof value !== "object") return String(value) === label ? [label] : [];
  const spans: readonly (Span & Partial<LabelledSpan>)[] = "length" in value ? value : [value];
  return spans.filter((span) => (span.label ?? label) === label).map(({ start, end }) => `${start}-${end}`);
}

type Count = { readonly rows: number; readonly wanted: number; readonly given: number; readonly hit: number };

function countOf(pairs: readonly (readonly [readonly string[], readonly string[]])[]): Count {
  const rows = pairs.filter(([right]) => right.length > 0).length;
  const all = pairs.map(([right, given]) => ({
    rows: 0,
    wanted: right.length,
    given: given.length,
    hit: given.filter((unit) => right.includes(unit)).length,
  }));
  return { ...sum(all), rows };
}

function sum(counts: readonly Count[]): Count {
  const add = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
  return { rows: add("rows"), wanted: add("wanted"), given: add("given"), hit: add("hit") };
}

function ratios({ wanted, given, hit }: Count): { precision: number; recall: number; f1: number } {
  return { precision: share(hit, given), recall: share(hit, wanted), f1: share(2 * hit, wanted + given) };
}

function confusionsOf(pairs: readonly (readonly [string, string])[]): FieldScore["confusions"] {
  const counts = new Map<string, { right: string; given: string; rows: number }>();
  for (const [right, given] of pairs) {
    if (right === given) continue;
    const key = JSON.stringify([right, given]);
    counts.set(key, { right, given, rows: (counts.get(key)?.rows ?? 0) + 1 });
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y.rows - x.rows || (a < b ? -1 : 1));
  return sorted.slice(0, CONFUSIONS).map(([, confusion]) => confusion);
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
