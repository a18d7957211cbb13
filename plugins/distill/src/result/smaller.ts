// This file makes the smaller model that ships, and measures what that costs on rows its students never saw.
import {
  type CreateSession,
  encodeModel,
  type Graph,
  mergeStudent,
  quantise,
  type Weights,
  type WeightFormat,
} from "@kolm/onnx";
import type { Report } from "@kolm/stage";
import type { Material } from "../material.ts";
import type { Prediction } from "../train/predict.ts";
import type { Trained } from "../train/train.ts";
import { judge } from "./judge.ts";
import { predictWith } from "./predictor.ts";

export type Smaller = {
  /** Serialised ONNX: the student with adapter and heads inside, and the bare base in int8, which recall reads. */
  readonly student: Uint8Array;
  readonly encoder: Uint8Array;
  /** What quantised students made of the rows they never saw. */
  readonly predictions: ReadonlyMap<number, Prediction>;
  readonly cost: Cost;
};

type Cost = {
  readonly format: WeightFormat;
  /** Held-out rows with an answer. */
  readonly rows: number;
  /** Mean record score of the same students on these rows, before and after. */
  readonly fp32: number;
  readonly shipped: number;
  /** Share of the rows whose fields all come out the same. */
  readonly agreement: number;
  readonly bytes: { readonly fp32: number; readonly shipped: number };
};

export type Shrinking = {
  readonly format: WeightFormat;
  readonly createSession: CreateSession;
  readonly report: Report;
  readonly signal: AbortSignal;
};

/** Merges and quantises the student that ships, and each fold's student to be judged as it would answer. */
export async function shrink(material: Material, trained: Trained, options: Shrinking): Promise<Smaller> {
  const { lessons, graph } = material;
  const { format, report } = options;
  const predictions = new Map<number, Prediction>();
  for (const [fold, { weights, rows }] of trained.students.entries()) {
    report({ message: `judging ${format} weights, fold ${fold + 1} of ${trained.students.length}` });
    const model = encodeModel(quantised(mergedOf(material, weights), material, format));
    const asked = rows.flatMap((row) => lessons[row] ?? []);
    const found = await predictWith(model, asked, { ...material, ...options });
    for (const [place, prediction] of found.entries()) predictions.set(rows[place] ?? -1, prediction);
  }
  const merged = mergedOf(material, trained.weights);
  const student = encodeModel(quantised(merged, material, format));
  const bytes = { fp32: encodeModel(merged).length, shipped: student.length };
  return {
    student,
    // Passages were embedded in float32: vectors of 4-bit queries would lie too far from theirs.
    encoder: encodeModel(quantise(graph, { format: "int8" })),
    predictions,
    cost: { format, bytes, ...compare(material, trained.predictions, predictions) },
  };
}

const mergedOf = ({ graph, spec }: Material, weights: Weights): Graph => mergeStudent(graph, spec, weights);

/** Heads are small and decide: they stay as they are. */
const quantised = (graph: Graph, { heads }: Material, format: WeightFormat): Graph =>
  quantise(graph, { format, keep: heads.map(({ name }) => `${name}.weight`) });

type Predictions = ReadonlyMap<number, Prediction>;

function compare(
  { lessons, heads }: Material,
  before: Predictions,
  after: Predictions,
): Pick<Cost, "rows" | "fp32" | "shipped" | "agreement"> {
  let [rows, fp32, shipped, same] = [0, 0, 0, 0];
  for (const [row, prediction] of after) {
    const [lesson, reference] = [lessons[row], before.get(row)];
    if (lesson === undefined || reference === undefined || lesson.output === null) continue;
    const [one, other] = [reference, prediction].map((made) => judge(lesson, made, { heads, temperatures: {} }));
    rows++;
    fp32 += one?.score ?? 0;
    shipped += other?.score ?? 0;
    if (valuesOf(one?.fields) === valuesOf(other?.fields)) same++;
  }
  const share = (sum: number): number => (rows === 0 ? 0 : sum / rows);
  return { rows, fp32: share(fp32), shipped: share(shipped), agreement: share(same) };
}

function valuesOf(fields: Readonly<Record<string, { readonly value: unknown }>> = {}): string {
  return JSON.stringify(Object.entries(fields).map(([field, { value }]) => [field, value]));
}
