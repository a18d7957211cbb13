// This file reads the teacher's baseline into the figures that K divides by.
import { type Contract, KolmError, type Output } from "@kolm/format";
import { z } from "zod";
import type { Baselines } from "./axes.ts";
import { gradeRow, type Grade } from "./grade.ts";
import { accuracyOf, coverageOf, tally } from "./tally.ts";

const declared = z.object({ p95LatencyMs: z.number().optional(), costPer1000: z.string().optional() }).optional();
const baselineRow = z.object({ id: z.string(), output: z.unknown(), valid: z.boolean() });

/** baseline/baseline.json, as far as scoring needs it. */
export const BaselineFile = z.discriminatedUnion("baseline", [
  z.object({ baseline: z.literal("none"), declared }),
  z.object({
    baseline: z.literal("measured"),
    provider: z.string(),
    model: z.string(),
    p95LatencyMs: z.number().nullable(),
    costPer1000: z.string().nullable(),
    declared,
    rows: z.array(baselineRow),
  }),
]);
export type BaselineFile = z.infer<typeof BaselineFile>;

/** The baselines, and the teacher's own accuracy and coverage by the artifact's rules; null when none was measured. */
export type TeacherScore = {
  readonly figures: Omit<Baselines, "storageBytes">;
  readonly alone: { readonly accuracy: number; readonly coverage: number; readonly answered: number } | null;
};

type Evals = readonly { readonly id: string; readonly output: Output | null }[];

/**
 * Scores the teacher on the same evals. Its coverage baseline is the share of schema-valid answers (an abstention is
 * valid); what was not measured falls back to what the task declares, else to null. Rates keep six places, so that the
 * printed baseline is exactly the one K was computed with.
 */
export function teacherScore(file: BaselineFile, evals: Evals, contract: Contract): TeacherScore {
  const given = file.declared ?? {};
  if (file.baseline === "none") {
    const figures = {
      accuracy: null,
      coverage: null,
      latencySeconds: seconds(given.p95LatencyMs),
      usdPer1000: usd(given.costPer1000),
    };
    return { figures, alone: null };
  }
  const rows = new Map(file.rows.map((answer) => [answer.id, answer]));
  const known = evals.filter(({ id }) => rows.get(id)?.valid).length;
  const counts = tally(evals.map((row) => gradeTeacher(row, rows.get(row.id), contract)));
  return {
    figures: {
      accuracy: sixPlaces(accuracyOf(counts)),
      coverage: evals.length === 0 ? 0 : sixPlaces(known / evals.length),
      latencySeconds: seconds(file.p95LatencyMs ?? given.p95LatencyMs),
      usdPer1000: usd(file.costPer1000 ?? given.costPer1000),
    },
    alone: { accuracy: accuracyOf(counts), coverage: coverageOf(counts), answered: counts.answered },
  };
}

/** Reads baseline.json; KolmError BASELINE_INVALID. */
export function readBaseline(raw: unknown): BaselineFile {
  const parsed = BaselineFile.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new KolmError("BASELINE_INVALID", `baseline/baseline.json: ${z.prettifyError(parsed.error)}`, {
    hint: "Run the baseline stage again.",
  });
}

function gradeTeacher(row: Evals[number], answer: z.infer<typeof baselineRow> | undefined, contract: Contract): Grade {
  // The teach stage checked valid outputs against the same contract.
  const output = answer?.valid ? (answer.output as Output | null) : null;
  return gradeRow(contract, row.output, { output, abstained: output === null });
}

const sixPlaces = (value: number): number => Number(value.toFixed(6));
const seconds = (milliseconds: number | undefined): number | null =>
  milliseconds === undefined ? null : milliseconds / 1000;
const usd = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
