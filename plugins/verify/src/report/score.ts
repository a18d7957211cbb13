// This file puts the sealed score together from what was measured and judged.
import { assert } from "@kolm/format";
import type { Ablation } from "../draft/ablation.ts";
import type { Material } from "../material.ts";
import { BINS, calibrationOf } from "../metrics/calibration.ts";
import { type AnsweredRow, type FieldMetrics, measureFields } from "../metrics/fields.ts";
import type { TeacherScore } from "../score/baseline.ts";
import { amount, share } from "../score/decimal.ts";
import { gradeAll } from "../score/recompute.ts";
import type { Evidence, Recomputed } from "../score/recompute.ts";
import { type FieldScore, type GateVerdict, Score } from "@kolm/stage";
import type { RowAnswer } from "../draft/answers.ts";

/** The draft scored on the evals: what went in and what came out. */
export type Scored = {
  readonly teacher: TeacherScore;
  readonly evidence: Evidence & { readonly answers: readonly RowAnswer[] };
  readonly recomputed: Recomputed;
};

export type Parts = Scored & {
  readonly material: Material;
  readonly ablation: Ablation | undefined;
  readonly gate: GateVerdict;
};

/** score.json; it holds no clock, and each fraction as text. */
export function scoreOf({ recomputed, evidence, material, ablation, gate }: Parts): Score {
  const { ece, n } = calibrationOf(statedRows(evidence));
  return Score.parse({
    format: "kolm/score/1",
    claim: claimOf(material),
    ...recomputed,
    fields: mapFields(measureFields(evidence.contract, answeredRows(material, evidence.answers))),
    calibration: { bins: BINS, n, ece: share(ece) },
    ...(ablation === undefined ? {} : { ablation }),
    gate,
    teacher: teacherOf(material),
    device: deviceOf(material),
  });
}

/** The answered in-scope evals. */
export function answeredRows({ evals }: Material, answers: readonly RowAnswer[]): AnsweredRow[] {
  return evals.flatMap(({ id, output: expected }, row) => {
    const answer = answers[row];
    assert(answer !== undefined, "one answer an eval");
    return expected === null || answer.abstained || answer.output === null
      ? []
      : [{ id, expected, output: answer.output }];
  });
}

/** Confidence and score of every answered eval, in scope or not. */
export function statedRows(evidence: Scored["evidence"]): { confidence: number; score: number }[] {
  return gradeAll(evidence).flatMap(({ answered, score }, row) =>
    answered ? [{ confidence: evidence.answers[row]?.confidence ?? 0, score }] : [],
  );
}

function claimOf({ baseline, evals }: Material): string {
  if (baseline.baseline === "none") return "K against labels; no frontier was measured";
  return `K against ${baseline.model} (${baseline.provider}) on the same ${evals.length} evals`;
}

function teacherOf({ baseline }: Material): Score["teacher"] {
  if (baseline.baseline === "none") return { baseline: "none" };
  const { provider, model } = baseline;
  return { baseline: "measured", provider, model };
}

function deviceOf({ device: { name, profile, lifetimeRequests } }: Material): Score["device"] {
  const { storageBytes, ...throughput } = profile;
  const printed = {
    macsPerSecond: amount(throughput.macsPerSecond),
    bytesPerSecond: amount(throughput.bytesPerSecond),
    stepsPerSecond: amount(throughput.stepsPerSecond),
    probesPerSecond: amount(throughput.probesPerSecond),
    overheadSeconds: amount(throughput.overheadSeconds),
  };
  return { name, lifetimeRequests, profile: { ...printed, storageBytes } };
}

function mapFields(fields: Readonly<Record<string, FieldMetrics>>): Record<string, FieldScore> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, printField(field)]));
}

function printField(field: FieldMetrics): FieldScore {
  const { n } = field;
  const accuracy = share(field.accuracy);
  if (field.type === "text") return { type: field.type, n, accuracy };
  if (field.type === "retrieval")
    return { type: field.type, n, accuracy, recall: share(field.recall), ndcg: share(field.ndcg) };
  if ("macroF1" in field) return { type: field.type, n, accuracy, macroF1: share(field.macroF1) };
  return {
    type: field.type,
    n,
    accuracy,
    precision: share(field.precision),
    recall: share(field.recall),
    f1: share(field.f1),
  };
}
