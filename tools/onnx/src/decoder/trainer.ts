// This file trains a decoder's adapters on texts.
import { KolmError, assert } from "@kolm/format";
import { gradientName } from "../gradient/differentiate.ts";
import type { Graph } from "../graph.ts";
import { encodeModel } from "../proto/encode.ts";
import type { Values } from "../session.ts";
import type { Weights } from "../student/weights.ts";
import { AdamW } from "../train/adamw.ts";
import { FlatParameters } from "../train/flat.ts";
import { LOSS } from "../train/loss.ts";
import type { StepReport, TrainerOptions } from "../train/trainer.ts";
import { feedTexts } from "./batch.ts";
import type { TextBatch } from "./batch.ts";
import { decoderParameters } from "./decoder.ts";
import type { DecoderSpec } from "./decoder.ts";
import { decoderTrainingGraph } from "./next-token.ts";

/** Calls must not overlap. */
export interface DecoderTrainer {
  /** One optimiser step; schedule multiplies the learning rate. Throws KolmError when the loss is no longer finite. */
  step(batch: TextBatch, schedule: number): Promise<StepReport>;
  /** A copy of all adapters. */
  weights(): Weights;
  close(): Promise<void>;
}

/** A trainer of the adapters of an imported decoder. */
export async function createDecoderTrainer(
  base: Graph,
  spec: DecoderSpec,
  { createSession, threads, initial, optimiser }: TrainerOptions,
): Promise<DecoderTrainer> {
  const flat = new FlatParameters(decoderParameters(base, spec), initial);
  const adam = new AdamW(flat, optimiser);
  const session = await createSession(encodeModel(decoderTrainingGraph(base, spec)), { threads });
  return {
    step: async (batch, schedule) => {
      const values = await session.run({ ...flat.feeds, ...feedTexts(batch, spec) });
      for (const { name, offset } of flat.segments) flat.gradients.set(floats(values, gradientName(name)), offset);
      const loss = floats(values, LOSS)[0] ?? NaN;
      const gradientNorm = adam.update(schedule);
      if (Number.isFinite(loss + gradientNorm)) return { loss, gradientNorm };
      throw new KolmError("TRAINING_DIVERGED", `the loss is ${loss}, its gradient's norm ${gradientNorm}`, {
        hint: "Lower the learning rate, or set clipNorm.",
      });
    },
    weights: () => flat.copy(),
    close: () => session.close(),
  };
}

function floats(values: Values, name: string): Float32Array {
  const value = values[name];
  assert(value?.type === "float32", `the session gives ${name} as float32`);
  return value.data;
}
