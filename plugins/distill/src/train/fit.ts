// This file runs one training: batches of some lessons through the trainer, with looks at the way.
import type { Trainer } from "@kolm/onnx";
import type { Rng } from "@kolm/stage";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import { batchOf, thinned } from "./batch.ts";
import { balancedWeights } from "./class-weights.ts";
import { epochBatches } from "./epoch.ts";
import { rateAt } from "./schedule.ts";

export type Course = {
  readonly heads: readonly Head[];
  readonly batch: number;
  readonly labelSmoothing: number;
  readonly tokenDropout: number;
  readonly classWeights: "none" | "balanced";
  /** Length of the whole schedule. */
  readonly steps: number;
};

export type FitOptions = Course & {
  /** Ends before the schedule does; all of it when not given. */
  readonly until?: number;
  readonly rng: Rng;
  readonly signal: AbortSignal;
  /** Hears the loss of each step, counted from 1, before the next begins. */
  readonly onStep: (step: number, loss: number) => Promise<void> | void;
};

/** Trains from the trainer's present weights on these lessons. */
export async function fit(trainer: Trainer, lessons: readonly Lesson[], options: FitOptions): Promise<void> {
  const { heads, steps, until = steps, labelSmoothing, tokenDropout, signal, onStep } = options;
  const order = options.rng.fork("order");
  const dropout = options.rng.fork("dropout");
  const classWeights = options.classWeights === "balanced" ? balancedWeights(lessons, heads) : {};
  const lengths = lessons.map(({ ids }) => ids.length);
  for (let step = 0; step < until;) {
    for (const rows of epochBatches(lengths, options.batch, order)) {
      if (step >= until) break;
      signal.throwIfAborted();
      const seen = rows
        .flatMap((row) => lessons[row] ?? [])
        .map((lesson) => thinned(lesson, { heads, rate: tokenDropout, rng: dropout }));
      const { loss } = await trainer.step(batchOf(seen, { heads, labelSmoothing, classWeights }), rateAt(step, steps));
      step++;
      await onStep(step, loss);
    }
  }
}
