// This file measures each field over the answered in-scope evals: rates a label, confusions, span boundaries.
import { type Contract, type Field, type FieldValue, type LabelledSpan, type Output, unreachable } from "@kolm/format";
import { gradeField, matchSpans, sourcesOf, spanOf, spansOf } from "../score/grade.ts";
import { LabelCounts, type LabelRates, macroF1, ratesOf } from "./rates.ts";

/** An answered eval whose right output is known. */
export type AnsweredRow = { readonly id: string; readonly expected: Output; readonly output: Output };

/** How often one label was given where another was right, and the evals it happened on. */
type Confusion = {
  readonly expected: string;
  readonly given: string;
  readonly count: number;
  readonly ids: readonly string[];
};

/** Shares in [0, 1]; accuracy is the share of rows right in full. */
export type FieldMetrics =
  | {
      readonly type: "enum" | "boolean";
      readonly n: number;
      readonly accuracy: number;
      readonly macroF1: number;
      readonly labels: readonly LabelRates[];
      readonly confusions: readonly Confusion[];
    }
  | { readonly type: "text"; readonly n: number; readonly accuracy: number }
  | {
      readonly type: "retrieval";
      readonly n: number;
      /** Share of rows whose first is right. */
      readonly accuracy: number;
      /** Mean share of the right ones that were given, and mean nDCG@10. */
      readonly recall: number;
      readonly ndcg: number;
    }
  | {
      readonly type: "span" | "spans";
      readonly n: number;
      readonly accuracy: number;
      /** Micro averages over exact boundaries (and labels). */
      readonly precision: number;
      readonly recall: number;
      readonly f1: number;
      readonly support: number;
      readonly labels: readonly LabelRates[];
    };

/** Metrics of every field of the contract. */
export function measureFields(contract: Contract, rows: readonly AnsweredRow[]): Record<string, FieldMetrics> {
  return Object.fromEntries(
    Object.entries(contract.output).map(([name, field]) => [name, measureField(name, field, rows)]),
  );
}

function measureField(name: string, field: Field, rows: readonly AnsweredRow[]): FieldMetrics {
  const right = rows.filter((row) => gradeField(field, row.expected[name], row.output[name]) === 1).length;
  const shape = { n: rows.length, accuracy: rows.length === 0 ? 0 : right / rows.length };
  switch (field.type) {
    case "enum":
    case "boolean":
      return { type: field.type, ...shape, ...measureLabels(name, rows) };
    case "text":
      return { type: field.type, ...shape };
    case "retrieval":
      return { type: field.type, ...measureRetrieval(name, field, rows) };
    case "span":
    case "spans":
      return { type: field.type, ...shape, ...measureSpans(name, field.type, rows) };
    default:
      return unreachable(field);
  }
}

function measureRetrieval(name: string, field: Field, rows: readonly AnsweredRow[]) {
  const mean = (of: (expected: readonly string[], given: readonly string[]) => number): number =>
    rows.reduce((sum, row) => sum + of(sourcesOf(row.expected[name]), sourcesOf(row.output[name])), 0) /
    Math.max(1, rows.length);
  return {
    n: rows.length,
    accuracy: mean((expected, [first = ""]) => (expected.includes(first) ? 1 : 0)),
    recall: mean((expected, given) => expected.filter((one) => given.includes(one)).length / expected.length),
    ndcg: mean((expected, given) => gradeField(field, expected, given)),
  };
}

function measureLabels(name: string, rows: readonly AnsweredRow[]) {
  const counts = new LabelCounts();
  const confused = new Map<string, { expected: string; given: string; ids: string[] }>();
  for (const row of rows) {
    const [expected, given] = [labelOf(row.expected[name]), labelOf(row.output[name])];
    counts.add(expected, { expected: 1, hits: expected === given ? 1 : 0 });
    counts.add(given, { given: 1 });
    if (expected === given) continue;
    const key = JSON.stringify([expected, given]);
    const pair = confused.get(key) ?? { expected, given, ids: [] };
    pair.ids.push(row.id);
    confused.set(key, pair);
  }
  const labels = counts.rates();
  const confusions = [...confused].sort(
    ([a, one], [b, other]) => other.ids.length - one.ids.length || (a < b ? -1 : 1),
  );
  return {
    macroF1: macroF1(labels),
    labels,
    confusions: confusions.map(([, { expected, given, ids }]) => ({ expected, given, count: ids.length, ids })),
  };
}

const labelOf = (value: FieldValue | undefined): string => String(value ?? null);

function measureSpans(name: string, type: "span" | "spans", rows: readonly AnsweredRow[]) {
  const counts = new LabelCounts();
  const total = { hits: 0, given: 0, expected: 0 };
  for (const row of rows) {
    const [expected, given] = [labelledOf(row.expected[name], type), labelledOf(row.output[name], type)];
    const hits = matchSpans(expected, given);
    for (const { label } of expected) counts.add(label, { expected: 1 });
    for (const { label } of given) counts.add(label, { given: 1 });
    for (const { label } of hits) counts.add(label, { hits: 1 });
    total.hits += hits.length;
    total.given += given.length;
    total.expected += expected.length;
  }
  const rates = rows.length === 0 ? { precision: 0, recall: 0, f1: 0, support: 0 } : ratesOf(total);
  return { ...rates, labels: type === "spans" ? counts.rates() : [] };
}

function labelledOf(value: FieldValue | undefined, type: "span" | "spans"): readonly LabelledSpan[] {
  if (type === "spans") return spansOf(value);
  const span = spanOf(value);
  return span === null ? [] : [{ ...span, label: "" }];
}
