// This file makes what a timed training step works on: the default base, adapters on all its weights, one head, one batch.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "@kolm/format";
import { openEnvironment, runStep } from "@kolm/nx";
import {
  createTrainer,
  decodeModel,
  encodeModel,
  floatsOf,
  gradientName,
  initialWeights,
  studentParameters,
  trainingGraph,
  writeSafetensors,
} from "@kolm/onnx";
import type { Batch, Graph, StudentSpec, Trainer, Values, Weights } from "@kolm/onnx";
import type { BaseFile } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { folderInputs, layoutOf } from "@kolm/stage";

const ROOT = join(import.meta.dirname, "../../../../..");
const BASE = "use-lite";
const HEAD = "intent";
const VOCABULARY = 8000;

/** Every row is full, so that no time is saved on padding. */
export const LESSON = { rows: 32, tokens: 24, classes: 77, rank: 16, alpha: 32 } as const;

const OPTIMISER = {
  learningRate: 1e-3,
  headLearningRate: 3e-3,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
} as const;

export type Lesson = {
  readonly base: Graph;
  readonly spec: StudentSpec;
  /** No adapter starts at zero, so that every gradient has something to say. */
  readonly weights: Weights;
  readonly batch: Batch;
};

/** Converts the default base in a scratch workspace. */
export async function readBase(root: string): Promise<Lesson> {
  await cp(join(ROOT, "kolm.workspace.yaml"), join(root, "kolm.workspace.yaml"));
  const environment = await openEnvironment(root, new AbortController().signal);
  try {
    await runStep({ owner: BASE, stage: "base", report: () => {} }, environment);
    const inputs = folderInputs(() => layoutOf(root).base(BASE), environment.store);
    const file = await inputs.json<BaseFile>("base/base.json");
    const base = decodeModel(await inputs.blob(file.model));
    const { rank, alpha, classes } = LESSON;
    const heads = [{ name: HEAD, on: "pooled", classes } as const];
    const spec: StudentSpec = { encoder: file.encoder, lora: { rank, alpha, targets: ["*"] }, heads };
    const uniform = numbers();
    return { base, spec, weights: firstWeights(base, spec, uniform), batch: batchOf(uniform) };
  } finally {
    await environment.store.close();
  }
}

function firstWeights(base: Graph, spec: StudentSpec, uniform: () => number): Weights {
  const drawn = initialWeights(studentParameters(base, spec), uniform);
  return new Map(
    [...drawn].map(([name, { dims, data }]) => [
      name,
      { dims, data: name.endsWith(".lora_B") ? data.map(() => 0.04 * uniform() - 0.02) : data },
    ]),
  );
}

function batchOf(uniform: () => number): Batch {
  const { rows, tokens, classes } = LESSON;
  const below = (limit: number): number => Math.floor(uniform() * limit);
  const target = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) target[row * classes + below(classes)] = 1;
  return {
    rows,
    tokens,
    ids: BigInt64Array.from({ length: rows * tokens }, () => BigInt(below(VOCABULARY))),
    mask: new BigInt64Array(rows * tokens).fill(1n),
    targets: { [HEAD]: target },
    weights: { [HEAD]: new Float32Array(rows).fill(1) },
  };
}

export function openOurs({ base, spec, weights }: Lesson, threads: number): Promise<Trainer> {
  return createTrainer(base, spec, { createSession, threads, initial: weights, optimiser: OPTIMISER });
}

/** All of it and our gradients as one safetensors file, the batch's integers as floats. */
export async function materialOf({ base, spec, weights, batch }: Lesson): Promise<{ bytes: Uint8Array; loss: number }> {
  const session = await createSession(encodeModel(trainingGraph(base, spec)), { threads: 1 });
  const values = await session.run({ ...feedsOf(weights), ...batchFeeds(batch) });
  await session.close();
  const tensors = new Map(floatEntries(base));
  for (const [name, weight] of weights) {
    tensors.set(`train/${name}`, weight);
    tensors.set(`gradient/${name}`, { dims: weight.dims, data: floats(values, gradientName(name)) });
  }
  const dims = [batch.rows, batch.tokens];
  tensors.set("batch/ids", { dims, data: Float32Array.from(batch.ids, Number) });
  tensors.set("batch/mask", { dims, data: Float32Array.from(batch.mask, Number) });
  tensors.set("batch/targets", { dims: [batch.rows, LESSON.classes], data: batch.targets[HEAD] ?? new Float32Array() });
  const settings = { scale: String(LESSON.alpha / LESSON.rank), optimiser: JSON.stringify(OPTIMISER) };
  return { bytes: writeSafetensors(tensors, settings), loss: floats(values, "loss")[0] ?? NaN };
}

type Tensor = { readonly dims: readonly number[]; readonly data: Float32Array };

function floatEntries(base: Graph): [string, Tensor][] {
  return [...base.initializers].flatMap(([name, tensor]) =>
    tensor.type === "float32" ? [[`base/${name}`, { dims: tensor.dims, data: floatsOf(tensor) }]] : [],
  );
}

function feedsOf(weights: Weights): Values {
  return Object.fromEntries([...weights].map(([name, { dims, data }]) => [name, { type: "float32", dims, data }]));
}

function batchFeeds({ rows, tokens, ids, mask, targets, weights }: Batch): Values {
  const [target, weight] = [targets[HEAD], weights[HEAD]];
  assert(target !== undefined && weight !== undefined, "the batch has the head");
  return {
    ids: { type: "int64", dims: [rows, tokens], data: ids },
    mask: { type: "int64", dims: [rows, tokens], data: mask },
    [`target/${HEAD}`]: { type: "float32", dims: [rows, LESSON.classes], data: target },
    [`weight/${HEAD}`]: { type: "float32", dims: [rows], data: weight },
  };
}

function floats(values: Values, name: string): Float32Array {
  const value = values[name];
  assert(value?.type === "float32", `the session gives ${name}`);
  return value.data;
}

/** Numbers in [0, 1), the same ones each time. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
