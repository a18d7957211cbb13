// This file trains a student: cross-fitting to choose how long, then the weights that ship.
import type { Trainer, Weights } from "@kolm/onnx";
import type { Report, Rng } from "@kolm/stage";
import { judge } from "../result/judge.ts";
import type { Head } from "../rows/heads.ts";
import { dealFolds } from "../rows/folds.ts";
import type { Lesson } from "../rows/lesson.ts";
import { ROUNDS, roundSteps, selfTrain, type Unlabelled } from "../unlabelled/self-train.ts";
import { crossFit, type Look, stepsOf, stopAt } from "./crossfit.ts";
import { type Course, fit } from "./fit.ts";
import type { Start } from "./initial.ts";
import type { Plan } from "./plan.ts";
import type { Prediction } from "./predict.ts";

export type Training = {
  readonly lessons: readonly Lesson[];
  readonly plan: Plan;
  readonly course: Omit<Course, "steps">;
  readonly start: Start;
  readonly unlabelled: Unlabelled;
  readonly rng: Rng;
  readonly report: Report;
  readonly signal: AbortSignal;
};

/** How good the student was at each look: the mean score of held-out rows, 1 for one out of scope that is seen as such. */
type LookScore = { readonly share: number; readonly score: number };

export type Trained = {
  readonly weights: Weights;
  readonly steps: number;
  /** Share of the schedule after which training ended. */
  readonly share: number;
  readonly looks: readonly LookScore[];
  /** What students that never saw the row made of it, at the look that was chosen. */
  readonly predictions: ReadonlyMap<number, Prediction>;
  /** Those students, one a held-out fold, with the rows they never saw. */
  readonly students: readonly { readonly weights: Weights; readonly rows: readonly number[] }[];
  /** Loss of each step of the training that gave the weights. */
  readonly losses: readonly number[];
};

/** Trains as planned; the trainer is left with other weights than it had. */
export async function train(trainer: Trainer, training: Training): Promise<Trained> {
  const { lessons, plan, course, rng, signal } = training;
  const folds = dealFolds(lessons, plan.folds, rng.fork("folds"));
  const progress = progressOf(training, folds);
  const foldLosses: number[] = [];
  const onStep = (fold: number, loss: number): void => {
    foldLosses.push(loss);
    progress(`fold ${fold + 1} of ${plan.held}`, loss);
  };
  const looks = plan.held === 0 ? [] : await crossFit(trainer, { ...training, ...plan, folds, onStep });
  const scored = looks.map((look) => ({ look, score: scoreOf(look, lessons, course.heads) }));
  const best = bestOf(scored);
  const share = best?.look.share ?? 1;
  const seen = {
    share,
    looks: scored.map(({ look, score }) => ({ share: look.share, score })),
    predictions: best?.look.predictions ?? new Map(),
    students: (best?.look.weights ?? []).map((weights, fold) => ({
      weights,
      rows: [...lessons.keys()].filter((row) => folds[row] === fold),
    })),
  };
  const kept = best?.look.weights[0];
  if (!plan.refit && kept)
    return { ...seen, weights: kept, steps: stopAt(share, foldLosses.length), losses: foldLosses };
  const steps = stepsOf(lessons.length, { ...plan, batch: course.batch });
  const losses: number[] = [];
  const stream = rng.fork("all");
  const first = training.start([...lessons.keys()], stream.fork("start"));
  trainer.load(first);
  const hear = (_: number, loss: number): void => {
    losses.push(loss);
    progress("all examples", loss);
  };
  const rest = { rng: stream, signal, onStep: hear };
  await fit(trainer, lessons, { ...course, steps, until: stopAt(share, steps), ...rest });
  if (training.unlabelled.lessons.length > 0)
    await selfTrain(trainer, { ...training.unlabelled, labelled: lessons, course, first, ...rest });
  return { ...seen, weights: trainer.weights(), steps: losses.length, losses };
}

/** The mean score of the first fold, held out, at the best look. */
export async function heldOutScore(trainer: Trainer, training: Training): Promise<number> {
  const { lessons, plan, course, rng } = training;
  const folds = dealFolds(lessons, plan.folds, rng.fork("folds"));
  const progress = progressOf({ ...training, plan: { ...plan, held: 1, refit: false } }, folds);
  const onStep = (_: number, loss: number): void => progress("held-out fold", loss);
  const looks = await crossFit(trainer, { ...training, ...plan, held: Math.min(1, plan.held), folds, onStep });
  return Math.max(0, ...looks.map((look) => scoreOf(look, lessons, course.heads)));
}

/** Less than this between two looks is chance. */
const MARGIN = 0.015;

type Scored = { readonly look: Look; readonly score: number };

/** The last look, where the rate has fallen to nothing, unless an earlier one is clearly better. */
function bestOf(scored: readonly Scored[]): Scored | undefined {
  const last = scored.at(-1);
  return scored.reduce(
    (best, one) => (one.score > (best?.score ?? 0) && one.score > (last?.score ?? 0) + MARGIN ? one : best),
    last,
  );
}

/** Reports each step of the whole plan. */
function progressOf(
  { lessons, unlabelled, plan, course, report }: Training,
  folds: readonly number[],
): (what: string, loss: number) => void {
  const sizes = Array.from({ length: plan.held }, (_, fold) => folds.filter((one) => one !== fold).length);
  if (plan.refit) sizes.push(lessons.length);
  const extra = (rows: number): number =>
    unlabelled.lessons.length === 0 ? 0 : ROUNDS * roundSteps(rows, unlabelled.lessons.length, course.batch);
  const total = sizes.reduce((sum, rows) => sum + stepsOf(rows, { ...plan, batch: course.batch }) + extra(rows), 0);
  let done = 0;
  return (what, loss) => report({ message: `${what}, loss ${loss.toFixed(3)}`, done: ++done, total });
}

function scoreOf({ predictions }: Look, lessons: readonly Lesson[], heads: readonly Head[]): number {
  let total = 0;
  for (const [row, prediction] of predictions) {
    const lesson = lessons[row];
    if (lesson === undefined) continue;
    const { scope, score } = judge(lesson, prediction, { heads, temperatures: {} });
    total += lesson.output === null ? Number(scope < 0.5) : score;
  }
  return predictions.size === 0 ? 0 : total / predictions.size;
}
