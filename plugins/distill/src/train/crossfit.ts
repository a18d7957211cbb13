// This file trains on some examples and looks at the others, so that every judgement is of a student that never saw the row.
import type { Trainer, Weights } from "@kolm/onnx";
import type { Rng } from "@kolm/stage";
import type { Lesson } from "../rows/lesson.ts";
import { selfTrain, type Unlabelled } from "../unlabelled/self-train.ts";
import { type Course, fit } from "./fit.ts";
import type { Start } from "./initial.ts";
import { predict, type Prediction } from "./predict.ts";

/** Shares of the schedule at which the held-out rows are looked at; after self-training only its end counts. */
const LOOKS: readonly number[] = [0.5, 0.7, 0.85, 1];
const END: readonly number[] = [1];

/** What students that never saw these rows made of them, and those students, one a held-out fold. */
export type Look = {
  readonly share: number;
  readonly predictions: ReadonlyMap<number, Prediction>;
  readonly weights: readonly Weights[];
};

export type CrossFit = {
  readonly lessons: readonly Lesson[];
  /** The fold of each lesson; folds 0 … held-1 are held out in turn. */
  readonly folds: readonly number[];
  readonly held: number;
  readonly epochs: number;
  readonly course: Omit<Course, "steps">;
  readonly start: Start;
  readonly unlabelled: Unlabelled;
  readonly rng: Rng;
  readonly signal: AbortSignal;
  readonly onStep: (fold: number, loss: number) => void;
};

/** One entry a look, joined over the held-out folds; rows of folds that were not held out are missing. */
export async function crossFit(trainer: Trainer, options: CrossFit): Promise<Look[]> {
  const shares = options.unlabelled.lessons.length === 0 ? LOOKS : END;
  const joined = shares.map((share) => ({
    share,
    predictions: new Map<number, Prediction>(),
    weights: new Array<Weights>(),
  }));
  for (let fold = 0; fold < options.held; fold++) await holdOut(trainer, fold, { ...options, joined });
  return joined;
}

type Joined = {
  readonly joined: readonly {
    readonly share: number;
    readonly predictions: Map<number, Prediction>;
    readonly weights: Weights[];
  }[];
};

async function holdOut(trainer: Trainer, fold: number, options: CrossFit & Joined): Promise<void> {
  const { lessons, folds, epochs, course, start, unlabelled, rng, signal, joined } = options;
  const seen = rowsWhere(folds, (one) => one !== fold);
  const unseen = rowsWhere(folds, (one) => one === fold);
  const pick = (rows: readonly number[]): Lesson[] => rows.flatMap((row) => lessons[row] ?? []);
  const stream = rng.fork(`fold ${fold}`);
  const lookAt = async (look: Joined["joined"][number]): Promise<void> => {
    const predictions = await predict(trainer, pick(unseen), { heads: course.heads, signal });
    for (const [place, prediction] of predictions.entries()) look.predictions.set(unseen[place] ?? -1, prediction);
    look.weights.push(trainer.weights());
  };
  const onStep = (_: number, loss: number): void => options.onStep(fold, loss);
  const first = start(seen, stream.fork("start"));
  trainer.load(first);
  const steps = stepsOf(seen.length, { epochs, batch: course.batch });
  const isLast = unlabelled.lessons.length === 0;
  await fit(trainer, pick(seen), {
    ...course,
    steps,
    rng: stream,
    signal,
    onStep: async (step, loss) => {
      onStep(step, loss);
      for (const look of joined) if (isLast && stopAt(look.share, steps) === step) await lookAt(look);
    },
  });
  if (isLast) return;
  await selfTrain(trainer, { ...unlabelled, labelled: pick(seen), course, first, rng: stream, signal, onStep });
  for (const look of joined) await lookAt(look);
}

/** The last step before a look. */
export const stopAt = (share: number, steps: number): number => Math.max(1, Math.round(share * steps));

export const stepsOf = (rows: number, { epochs, batch }: { readonly epochs: number; readonly batch: number }): number =>
  epochs * Math.ceil(rows / batch);

const rowsWhere = (folds: readonly number[], keep: (fold: number) => boolean): number[] =>
  folds.flatMap((fold, row) => (keep(fold) ? [row] : []));
