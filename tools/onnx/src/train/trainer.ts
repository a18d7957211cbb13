// This file trains a student: the differentiated graph runs in a session, the optimiser outside it.
import { KolmError, assert } from "@kolm/format";
import { steady } from "../build/steady.ts";
import { gradientName, differentiate } from "../gradient/differentiate.ts";
import type { Graph } from "../graph.ts";
import { encodeModel } from "../proto/encode.ts";
import type { CreateSession, Session, Values } from "../session.ts";
import { logitsName, studentGraph, studentParameters } from "../student/student.ts";
import type { StudentSpec } from "../student/student.ts";
import type { Weights } from "../student/weights.ts";
import { AdamW } from "./adamw.ts";
import type { OptimiserOptions } from "./adamw.ts";
import { feedBatch, feedInputs, fillBatch, fillInputs, steadyRows } from "./batch.ts";
import type { Batch, Inputs } from "./batch.ts";
import { FlatParameters } from "./flat.ts";
import { LOSS, withLoss } from "./loss.ts";

export type TrainerOptions = {
  readonly createSession: CreateSession;
  readonly initial: Weights;
  readonly threads: number;
  readonly optimiser: OptimiserOptions;
};

export type StepReport = { readonly loss: number; /** Before clipping. */ readonly gradientNorm: number };

/** Calls must not overlap. */
export interface Trainer {
  /** One optimiser step; schedule multiplies both learning rates. Throws KolmError when the loss is no longer finite. */
  step(batch: Batch, schedule: number): Promise<StepReport>;
  /** Logits by head with the current weights, row-major [rows, classes] or [rows, tokens, classes]. */
  logits(batch: Inputs): Promise<Record<string, Float32Array>>;
  /** The texts' pooled vectors with the current weights, row-major [rows, width]. */
  vectors(batch: Inputs): Promise<Float32Array>;
  /** A copy of all weights. */
  weights(): Weights;
  /** Replaces all weights and forgets the optimiser's moments. */
  load(weights: Weights): void;
  close(): Promise<void>;
}

/** A trainer over a base graph; the session for logits is made when first needed. */
export async function createTrainer(base: Graph, spec: StudentSpec, options: TrainerOptions): Promise<Trainer> {
  const { createSession, threads } = options;
  const flat = new FlatParameters(studentParameters(base, spec), options.initial);
  const optimiser = new AdamW(flat, options.optimiser);
  const training = await createSession(encodeModel(trainingGraph(base, spec)), { threads });
  let forward: Session | undefined;
  const answer = async (batch: Inputs): Promise<Values> => {
    forward ??= await createSession(encodeModel(steady(studentGraph(base, spec, null))), { threads });
    const rows = steadyRows(batch, spec);
    const values = await forward.run({ ...flat.feeds, ...feedInputs(fillInputs(batch, rows), spec.encoder) });
    return firstRows(values, batch.rows / rows);
  };
  return {
    step: async (batch, schedule) => {
      const filled = fillBatch(batch, steadyRows(batch, spec));
      const values = await training.run({ ...flat.feeds, ...feedBatch(filled, spec) });
      readGradients(flat, values);
      const loss = floats(values, LOSS)[0] ?? NaN;
      const gradientNorm = optimiser.update(schedule);
      if (!Number.isFinite(loss + gradientNorm)) throw diverged(loss, gradientNorm);
      return { loss, gradientNorm };
    },
    logits: async (batch) => {
      const values = await answer(batch);
      return Object.fromEntries(spec.heads.map((head) => [head.name, floats(values, logitsName(head))]));
    },
    vectors: async (batch) => floats(await answer(batch), "pooled"),
    weights: () => flat.copy(),
    load: (weights) => {
      flat.load(weights);
      optimiser.reset();
    },
    close: async () => {
      await training.close();
      await forward?.close();
    },
  };
}

/** Forward, loss and backward as one graph: outputs "loss" and a gradient per parameter. */
export function trainingGraph(base: Graph, spec: StudentSpec): Graph {
  const wrt = studentParameters(base, spec).map(({ name }) => name);
  return steady(differentiate(withLoss(studentGraph(base, spec, null), spec), { loss: LOSS, wrt }));
}

/** Outputs without the rows that were added. */
function firstRows(values: Values, share: number): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      assert(value.type === "float32", `${name} is float32`);
      const data = share === 1 ? value.data : value.data.slice(0, Math.round(value.data.length * share));
      return [name, { ...value, data }];
    }),
  );
}

/** Copies each parameter's gradient from what the differentiated graph gave. */
export function readGradients(flat: FlatParameters, values: Values): void {
  for (const { name, offset, length } of flat.segments) {
    const gradient = floats(values, gradientName(name));
    assert(gradient.length === length, `the gradient of ${name} has ${length} numbers`);
    flat.gradients.set(gradient, offset);
  }
}

export function floats(values: Values, name: string): Float32Array {
  const value = values[name];
  assert(value?.type === "float32", `the session gives ${name} as float32`);
  return value.data;
}

export function diverged(loss: number, norm: number): KolmError {
  return new KolmError("TRAINING_DIVERGED", `the loss is ${loss}, its gradient's norm ${norm}: training diverged`, {
    hint: "Lower the learning rate, or set clipNorm.",
  });
}
