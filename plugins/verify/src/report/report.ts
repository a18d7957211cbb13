// This file writes the full report that stays beside the artifact: every answer, what is wrong and what would help.
import type { Output } from "@kolm/format";
import type { RowAnswer } from "../draft/answers.ts";
import type { Draft } from "../draft/layers.ts";
import { adviseOn } from "../gate/advice.ts";
import { type Shortfall, shortfallsOf } from "../gate/shortfall.ts";
import type { NearDuplicate } from "../leakage/near.ts";
import type { Material } from "../material.ts";
import { type Calibration, calibrationOf } from "../metrics/calibration.ts";
import { type FieldMetrics, measureFields } from "../metrics/fields.ts";
import { type Grade, gradeField, gradeRow } from "../score/grade.ts";
import { modelledSeconds, type Work } from "../score/latency.ts";
import type { GateVerdict, Score } from "@kolm/stage";
import { answeredRows, type Scored, statedRows } from "./score.ts";

/** One row as it was answered; wouldBe is the score the withheld answer of an abstention would have had. */
export type ReportRow = {
  readonly id: string;
  readonly input: string;
  readonly expected: Output | null;
  readonly output: Output | null;
  readonly abstained: boolean;
  readonly confidence: number;
  readonly path: RowAnswer["path"];
  /** Why it abstained. */
  readonly reason?: string;
  readonly score: number;
  /** Fields that are not right in full. */
  readonly wrongFields: readonly string[];
  readonly wouldBe?: number;
  readonly modelledSeconds: number;
  readonly work: Work;
};

/** report.json; fractions are numbers of at most six places. */
export type Report = {
  readonly format: "kolm/verify-report/1";
  readonly gate: GateVerdict;
  readonly shortfalls: readonly Shortfall[];
  readonly advice: readonly string[];
  /** Evals answered wrongly, worst first: lowest score, then highest confidence. */
  readonly wrong: readonly ReportRow[];
  /** In-scope evals without an answer, most confident first. */
  readonly abstained: readonly ReportRow[];
  readonly wrongGolden: readonly ReportRow[];
  readonly fields: Readonly<Record<string, FieldMetrics>>;
  readonly calibration: Calibration;
  readonly nearDuplicates: readonly NearDuplicate[];
  readonly layers: readonly { readonly path: string; readonly bytes: number }[];
  readonly rows: readonly ReportRow[];
};

export type Reported = {
  readonly score: Score;
  readonly scored: Scored;
  readonly material: Material;
  readonly draft: Draft;
  readonly answers: { readonly evals: readonly RowAnswer[]; readonly golden: readonly RowAnswer[] };
  readonly nearDuplicates: readonly NearDuplicate[];
};

/** Puts the report together. */
export function writeReport({ score, scored, material, draft, answers, nearDuplicates }: Reported): Report {
  const { contract, evals, examples, device } = material;
  const { weightBytes } = scored.evidence;
  const rowOf = (row: Material["evals"][number], answer: RowAnswer | undefined): ReportRow[] =>
    answer ? [reportRow(row, answer, { material, weightBytes })] : [];
  const rows = evals.flatMap((row, index) => rowOf(row, answers.evals[index]));
  const golden = material.golden.flatMap((row, index) => rowOf(row, answers.golden[index]));
  const fields = measureFields(contract, answeredRows(material, answers.evals));
  const layers = draft.layers.map(({ path, pointer }) => ({ path, bytes: pointer.size }));
  const abstained = rows.filter((row) => row.abstained && row.expected !== null).sort(byConfidence);
  const withheld = abstained.flatMap(({ expected, wouldBe }) => (expected === null ? [] : [{ expected, wouldBe }]));
  const { k, axes, evals: counts, gate } = score;
  return round({
    format: "kolm/verify-report/1",
    gate,
    shortfalls: shortfallsOf(axes),
    advice: adviseOn({
      contract,
      examples,
      fields,
      k,
      axes,
      counts,
      abstained: withheld,
      evals,
      layers,
      lifetimeRequests: device.lifetimeRequests,
    }),
    wrong: rows
      .filter((row) => !row.abstained && row.score < 1)
      .sort((a, b) => a.score - b.score || byConfidence(a, b)),
    abstained,
    wrongGolden: golden.filter((row) => row.score < 1),
    fields,
    calibration: calibrationOf(statedRows(scored.evidence)),
    nearDuplicates,
    layers,
    rows,
  });
}

const byConfidence = (a: ReportRow, b: ReportRow): number => b.confidence - a.confidence || (a.id < b.id ? -1 : 1);

type Around = { readonly material: Material; readonly weightBytes: number };

function reportRow(
  { id, input, output: expected }: Material["evals"][number],
  answer: RowAnswer,
  { material, weightBytes }: Around,
): ReportRow {
  const { contract, device } = material;
  const { output, confidence, path, reason, work } = answer;
  const grade = gradeRow(contract, expected, answer);
  const seconds = modelledSeconds(work, weightBytes, device.profile);
  const wouldBe = grade.answered || expected === null ? undefined : withheldScore(material, expected, answer);
  const row = {
    id,
    input,
    expected,
    output,
    abstained: !grade.answered,
    confidence,
    path,
    ...(reason === undefined ? {} : { reason }),
    score: grade.score,
    wrongFields: wrongFields(grade),
  };
  return { ...row, ...(wouldBe === undefined ? {} : { wouldBe }), modelledSeconds: seconds, work };
}

function wrongFields({ fields }: Grade): string[] {
  return Object.entries(fields).flatMap(([name, score]) => (score < 1 ? [name] : []));
}

/** The score of the fields as they were worked out, undefined when one was not. */
function withheldScore({ contract }: Material, expected: Output, { fields }: RowAnswer): number | undefined {
  const names = Object.entries(contract.output);
  if (names.some(([name]) => fields[name] === undefined)) return undefined;
  return Math.min(...names.map(([name, field]) => gradeField(field, expected[name], fields[name]?.value)));
}

function round<T>(value: T): T {
  const rounded: unknown = JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "number" ? Number(part.toFixed(6)) : part,
  );
  return rounded as T; // the same shape with fewer places
}
