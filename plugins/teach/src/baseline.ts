// This file measures the teacher on the evals: the baseline that the K-score divides by.
import type { Output } from "@kolm/format";
import type { SpecRow } from "@kolm/stage";
import { sameOutput } from "./answers.ts";
import { latencies, type Price, totalCost } from "./spend/ledger.ts";
import { formatUsd } from "./spend/money.ts";
import type { TeacherOptions } from "./options.ts";
import type { Teacher, TeacherAnswer } from "./teacher.ts";

type Declared = TeacherOptions["declared"];

/** One eval as the teacher answered it; output null with valid true is an abstention. */
type BaselineRow = {
  readonly id: string;
  readonly output: Output | null;
  readonly valid: boolean;
  readonly note?: string;
};

/**
 * baseline.json. Figures that were neither measured nor declared are null. accuracy: share of the valid answers equal
 * to the eval in every field; validShare: share of evals with a valid answer; costPer1000: US dollars, decimal text.
 */
export type Baseline =
  | { readonly baseline: "none"; readonly declared?: { readonly p95LatencyMs?: number; readonly costPer1000?: string } }
  | {
      readonly baseline: "measured";
      readonly provider: string;
      readonly model: string;
      readonly count: number;
      readonly valid: number;
      readonly correct: number;
      readonly accuracy: number | null;
      readonly validShare: number;
      readonly p95LatencyMs: number | null;
      readonly costPer1000: string | null;
      readonly declared?: { readonly p95LatencyMs?: number; readonly costPer1000?: string };
      readonly rows: readonly BaselineRow[];
    };

/** No frontier was measured; only what the task declares. */
export function declaredBaseline(declared: Declared): Baseline {
  return { baseline: "none", ...declaredFigures(declared) };
}

type Measured = {
  readonly name: Teacher["name"];
  readonly rows: readonly SpecRow[];
  /** One answer a row. */
  readonly answers: readonly TeacherAnswer[];
  readonly price?: Price | undefined;
  readonly declared: Declared;
};

/** The teacher's answers to the evals, scored. */
export function measureBaseline({ name, rows, answers, price, declared }: Measured): Baseline {
  const scored = rows.map((row, index) => scoreRow(row, answers[index]));
  const valid = scored.filter((row) => row.valid).length;
  const correct = scored.filter(
    (row, index) => row.valid && sameOutput(row.output, rows[index]?.output ?? null),
  ).length;
  const called = answers.flatMap(({ calls }) => calls);
  return {
    baseline: "measured",
    ...name,
    count: rows.length,
    valid,
    correct,
    accuracy: valid === 0 ? null : correct / valid,
    validShare: rows.length === 0 ? 0 : valid / rows.length,
    p95LatencyMs: latencies(answers)?.p95 ?? null,
    costPer1000: called.length === 0 ? null : formatUsd((totalCost(called, price) * 1000n) / BigInt(rows.length)),
    ...declaredFigures(declared),
    rows: scored,
  };
}

function scoreRow({ id }: SpecRow, answer: TeacherAnswer | undefined): BaselineRow {
  if (answer?.status === "valid") return { id, output: answer.output, valid: true };
  return { id, output: null, valid: false, note: answer?.note ?? "no answer" };
}

function declaredFigures(declared: Declared): { declared?: { p95LatencyMs?: number; costPer1000?: string } } {
  if (declared === undefined) return {};
  const { p95LatencyMs, costPer1000 } = declared;
  return {
    declared: {
      ...(p95LatencyMs === undefined ? {} : { p95LatencyMs }),
      ...(costPer1000 === undefined ? {} : { costPer1000: String(costPer1000) }),
    },
  };
}
