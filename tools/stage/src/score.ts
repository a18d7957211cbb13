// This file defines score.json, the record between verify, seal and every reader of how good an artifact is.
import { z } from "zod";

/** A fraction as text, "0.7312": the only form the sealed JSON of an artifact has for it. */
export const Decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "a decimal number as text");

const count = z.int().min(0);
const rateAxis = z.strictObject({
  /** min(1, raw / baseline). */
  value: Decimal,
  /** Ends of the Wilson 95 % interval, scaled like the value. */
  lower: Decimal,
  upper: Decimal,
  raw: Decimal,
  rawLower: Decimal,
  rawUpper: Decimal,
  /** The teacher's rate on the same evals, "1" when no teacher was measured. */
  baseline: Decimal,
});
const baselineOrNone = z.union([z.literal("none"), Decimal]);

export const KFigure = z.strictObject({
  value: Decimal,
  /** Ends of the 95 % bootstrap interval. */
  lower: Decimal,
  upper: Decimal,
  resamples: count,
});
export type KFigure = z.infer<typeof KFigure>;

export const Axes = z.strictObject({
  accuracy: rateAxis,
  coverage: rateAxis,
  /** Seconds by the cost model on the declared device; a baseline of "none" makes the value 1. */
  latency: z.strictObject({ value: Decimal, p95Seconds: Decimal, weightBytes: count, baseline: baselineOrNone }),
  cost: z.strictObject({ value: Decimal, usdPer1000: Decimal, spendUsd: Decimal, baseline: baselineOrNone }),
  /** Bytes of every layer but score.json and card.md, against the storage the device gives one artifact. */
  size: z.strictObject({ value: Decimal, bytes: count, baseline: count }),
});
export type Axes = z.infer<typeof Axes>;

export const EvalCounts = z.strictObject({
  n: count,
  /** Rows with an expected output; the others must be abstained on. */
  inScope: count,
  answered: count,
  answeredInScope: count,
  /** Right answers and right abstentions. */
  right: count,
});
export type EvalCounts = z.infer<typeof EvalCounts>;

/** A field over the answered in-scope evals. */
export const FieldScore = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal(["enum", "boolean"]), n: count, accuracy: Decimal, macroF1: Decimal }),
  z.strictObject({ type: z.literal("text"), n: count, accuracy: Decimal }),
  /** accuracy: the first is right; recall: share of the right ones given; ndcg: nDCG@10. */
  z.strictObject({ type: z.literal("retrieval"), n: count, accuracy: Decimal, recall: Decimal, ndcg: Decimal }),
  z.strictObject({
    type: z.literal(["span", "spans"]),
    n: count,
    /** Share of rows right in full. */
    accuracy: Decimal,
    precision: Decimal,
    recall: Decimal,
    f1: Decimal,
  }),
]);
export type FieldScore = z.infer<typeof FieldScore>;

/** Accuracy and coverage of one part alone on the same evals, or why it has none. */
export const Alone = z.union([
  z.strictObject({ accuracy: Decimal, coverage: Decimal, answered: count }),
  z.strictObject({ absent: z.string() }),
]);
export type Alone = z.infer<typeof Alone>;
export const ABLATIONS = ["recipes", "student", "recall", "base", "teacher"] as const;
export type AblationName = (typeof ABLATIONS)[number];

const floors = z.strictObject({ k: Decimal, accuracy: Decimal, coverage: Decimal.optional() });
export const GateVerdict = z.strictObject({
  passed: z.boolean(),
  on: z.enum(["point", "lower"]),
  floors,
  golden: z.strictObject({ n: count, right: count }),
  /** What fell short and by how much; empty when passed. */
  reasons: z.array(z.string()),
});
export type GateVerdict = z.infer<typeof GateVerdict>;

const throughput = z.strictObject({
  macsPerSecond: Decimal,
  bytesPerSecond: Decimal,
  stepsPerSecond: Decimal,
  probesPerSecond: Decimal,
  overheadSeconds: Decimal,
  storageBytes: count,
});

/** score.json: integers are counts and bytes, every fraction is a decimal string. */
export const Score = z.strictObject({
  format: z.literal("kolm/score/1"),
  /** What K is measured against, in the words of the cover. */
  claim: z.string(),
  k: KFigure,
  axes: Axes,
  evals: EvalCounts,
  fields: z.record(z.string(), FieldScore),
  /** Expected calibration error of the record confidence over answered evals, 15 equal bins. */
  calibration: z.strictObject({ bins: count, n: count, ece: Decimal }),
  /** Left out when the gate section turns it off. */
  ablation: z.strictObject({ recipes: Alone, student: Alone, recall: Alone, base: Alone, teacher: Alone }).optional(),
  gate: GateVerdict,
  teacher: z.union([
    z.strictObject({ baseline: z.literal("none") }),
    z.strictObject({ baseline: z.literal("measured"), provider: z.string(), model: z.string() }),
  ]),
  device: z.strictObject({ name: z.string(), lifetimeRequests: count, profile: throughput }),
});
export type Score = z.infer<typeof Score>;
