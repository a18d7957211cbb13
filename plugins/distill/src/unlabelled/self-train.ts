// This file trains a student again on labelled texts together with texts it has labelled itself.
import type { Trainer, Weights } from "@kolm/onnx";
import type { Lesson } from "../rows/lesson.ts";
import { type Course, fit, type FitOptions } from "../train/fit.ts";
import { type Guessing, pseudoLabel } from "./pseudo.ts";

/** Self-training (Lee 2013) in rounds; each starts anew, from better labels than the one before. */
export const ROUNDS = 2;
/** Row visits of a round, within bounds on how often a row is seen. */
const VISITS = 24_000;
const FEWEST_EPOCHS = 1;
const MOST_EPOCHS = 8;
/** Labelled rows are at least one of this many of those seen. */
const ONE_OF = 4;

/** Texts without labels, and what their neighbours are found with. */
export type Unlabelled = Pick<Guessing, "createSession" | "threads"> & { readonly lessons: readonly Lesson[] };

export type SelfTraining = Unlabelled &
  Omit<FitOptions, keyof Course | "until"> & {
    readonly labelled: readonly Lesson[];
    readonly course: Omit<Course, "steps">;
    /** The weights every round starts from. */
    readonly first: Weights;
  };

/** The trainer's present weights give the first labels; it is left with those of the last round. */
export async function selfTrain(trainer: Trainer, options: SelfTraining): Promise<void> {
  const { labelled, lessons, course, first, rng, signal, onStep } = options;
  const steps = roundSteps(labelled.length, lessons.length, course.batch);
  for (let round = 0; round < ROUNDS; round++) {
    const guessed = await pseudoLabel(trainer, { ...options, heads: course.heads, unlabelled: lessons });
    trainer.load(first);
    await fit(trainer, [...repeated(labelled, lessons.length), ...guessed], {
      ...course,
      labelSmoothing: 0,
      steps,
      rng: rng.fork(`round ${round}`),
      signal,
      onStep,
    });
  }
}

/** Steps of one round. */
export function roundSteps(labelled: number, unlabelled: number, batch: number): number {
  const rows = labelled * copies(labelled, unlabelled) + unlabelled;
  const epochs = Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, VISITS / rows));
  return Math.ceil((epochs * rows) / batch);
}

const copies = (labelled: number, unlabelled: number): number =>
  Math.max(1, Math.round(unlabelled / (labelled * (ONE_OF - 1))));

function repeated(labelled: readonly Lesson[], unlabelled: number): Lesson[] {
  return Array.from({ length: copies(labelled.length, unlabelled) }, () => labelled).flat();
}
