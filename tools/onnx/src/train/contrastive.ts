// This file trains an encoder's adapters to bring queries near the passages that answer them, and away from all others.
import { assert } from "@kolm/format";
import { attr } from "../build/attributes.ts";
import { GraphBuilder } from "../build/builder.ts";
import { steady } from "../build/steady.ts";
import { differentiate } from "../gradient/differentiate.ts";
import type { Dim, Graph, Node } from "../graph.ts";
import { encodeModel } from "../proto/encode.ts";
import type { Values } from "../session.ts";
import type { LoraOptions } from "../student/lora.ts";
import { type EncoderNames, studentGraph, studentParameters } from "../student/student.ts";
import type { Parameter, Weights } from "../student/weights.ts";
import { AdamW } from "./adamw.ts";
import { feedInputs, type Inputs, widenInputs } from "./batch.ts";
import { FlatParameters } from "./flat.ts";
import { LOSS } from "./loss.ts";
import { diverged, floats, readGradients, type StepReport, type TrainerOptions } from "./trainer.ts";

/** An encoder whose pooled vectors have length 1; cosines are divided by the temperature. */
export type ContrastiveSpec = {
  readonly encoder: EncoderNames;
  readonly lora: LoraOptions & { readonly targets: readonly string[] };
  readonly temperature: number;
};

/** Queries and passages; right is row-major [queries, passages]: 1 where the passage answers the query, else 0, each query with one at least. */
export type PairBatch = { readonly queries: Inputs; readonly passages: Inputs; readonly right: Float32Array };

/** Calls must not overlap. */
export interface ContrastiveTrainer {
  /** One optimiser step; schedule multiplies the learning rate. Throws KolmError when the loss is no longer finite. */
  step(batch: PairBatch, schedule: number): Promise<StepReport>;
  /** A copy of all adapters. */
  weights(): Weights;
  close(): Promise<void>;
}

/** The adapters that are trained, in the order that training and files use. */
export function contrastiveParameters(base: Graph, spec: ContrastiveSpec): readonly Parameter[] {
  return studentParameters(base, { ...spec, heads: [] });
}

/** A trainer of the adapters of an encoder; headLearningRate of the optimiser is not used. */
export async function createContrastiveTrainer(
  base: Graph,
  spec: ContrastiveSpec,
  { createSession, threads, initial, optimiser }: TrainerOptions,
): Promise<ContrastiveTrainer> {
  const flat = new FlatParameters(contrastiveParameters(base, spec), initial);
  const adam = new AdamW(flat, optimiser);
  const session = await createSession(encodeModel(contrastiveGraph(base, spec)), { threads });
  return {
    step: async (batch, schedule) => {
      const values = await session.run({ ...flat.feeds, ...feedPairs(batch, spec) });
      readGradients(flat, values);
      const loss = floats(values, LOSS)[0] ?? NaN;
      const gradientNorm = adam.update(schedule);
      if (!Number.isFinite(loss + gradientNorm)) throw diverged(loss, gradientNorm);
      return { loss, gradientNorm };
    },
    weights: () => flat.copy(),
    close: () => session.close(),
  };
}

const RIGHT = "right";
/** Names of the second copy of the encoder, which reads the passages. */
const passageName = (name: string): string => `passage/${name}`;
/** Keeps a query whose passages are all too far away for float32 from an infinite loss. */
const LEAST_SHARE = 1e-30;

/**
 * Forward, loss and backward as one graph: outputs "loss" and a gradient per adapter. The loss is the mean over queries of
 * −log Σ right · softmax(cosines ÷ temperature): with one right passage a query, multiple-negatives ranking (Henderson et al.,
 * arXiv:1705.00652), and with several, their marginal likelihood (Lee et al., arXiv:1906.00300).
 */
export function contrastiveGraph(base: Graph, spec: ContrastiveSpec): Graph {
  const student = studentGraph(base, { ...spec, heads: [] }, null);
  const builder = GraphBuilder.from(student);
  const [pooled = { name: "", dims: [] }] = student.outputs;
  const passages = addCopy(builder, student, spec.encoder);
  const scale = { transB: attr.int(1), alpha: attr.float(1 / spec.temperature) };
  const [scores] = builder.node("FusedMatMul", [pooled.name, passages], scale, { domain: "com.microsoft" });
  const [rows = ""] = pooled.dims;
  builder.input(RIGHT, "float32", [rows, copied(rows)]);
  const [shares] = builder.node("Softmax", [scores], { axis: attr.int(-1) });
  const [rightShares] = builder.node("Mul", [shares, RIGHT]);
  const [likelihood] = builder.node("ReduceSum", [rightShares, builder.ints([-1])], { keepdims: attr.int(0) });
  const [logs] = builder.node("Log", [builder.node("Add", [likelihood, builder.floats([LEAST_SHARE])])[0]]);
  const [mean] = builder.node("ReduceMean", [logs], { keepdims: attr.int(0) });
  builder.node("Neg", [mean], {}, { outputs: [LOSS] });
  builder.output(LOSS, "float32", []);
  const wrt = contrastiveParameters(base, spec).map(({ name }) => name);
  return steady(differentiate(builder.build(), { loss: LOSS, wrt }));
}

/** The same encoder over other texts, adapters and weights shared; gives the name of its pooled vectors. */
function addCopy(builder: GraphBuilder, student: Graph, { ids, mask }: EncoderNames): string {
  for (const { name, type, dims } of student.inputs)
    if (name === ids || name === mask) builder.input(passageName(name), type, dims.map(copied));
  const own = new Set([ids, mask, ...student.nodes.flatMap(({ outputs }) => outputs)].filter((name) => name !== ""));
  const rename = (name: string): string => (own.has(name) ? passageName(name) : name);
  for (const node of student.nodes) builder.append(renamed(node, rename));
  return rename(student.outputs[0]?.name ?? "");
}

const renamed = (node: Node, rename: (name: string) => string): Node => ({
  ...node,
  name: node.name === "" ? "" : passageName(node.name),
  inputs: node.inputs.map(rename),
  outputs: node.outputs.map(rename),
});

/** The copy's sizes are others than the first's. */
const copied = (dim: Dim): Dim => (typeof dim === "number" ? dim : `passage_${dim}`);

function feedPairs({ queries, passages, right }: PairBatch, { encoder, lora }: ContrastiveSpec): Values {
  const [rows, columns] = [queries.rows, passages.rows];
  assert(right.length === rows * columns, `right is ${rows}×${columns}`);
  const first = feedInputs(widenInputs(queries, lora.rank), encoder);
  const second = Object.entries(feedInputs(widenInputs(passages, lora.rank), encoder));
  return {
    ...first,
    ...Object.fromEntries(second.map(([name, value]) => [passageName(name), value])),
    [RIGHT]: { type: "float32", dims: [rows, columns], data: right },
  };
}
