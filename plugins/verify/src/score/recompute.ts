// This file computes K and its five axes from the evidence alone, so that anyone who holds it can check the printed score.
import { assert, type Contract, type Output } from "@kolm/format";
import { type Axes, createRng, type Device, type EvalCounts, type KFigure } from "@kolm/stage";
import { axesOf, type AxisValues, type Baselines, harmonicMean, type Measured } from "./axes.ts";
import { amount, share } from "./decimal.ts";
import { type Given, type Grade, gradeRow } from "./grade.ts";
import { bootstrap, type Interval, wilson } from "./interval.ts";
import { modelledSeconds, p95, type Work } from "./latency.ts";
import { accuracyOf, coverageOf, tally } from "./tally.ts";

/** An answer as scoring sees it: what was said and the work it took. */
export type ScoredAnswer = Given & { readonly work: Work };

/** All that K depends on; figures in seconds, US dollars and bytes. */
export type Evidence = {
  readonly contract: Contract;
  /** Held-out rows, expected output null = must abstain. */
  readonly evals: readonly { readonly output: Output | null }[];
  /** One answer an eval, in the same order. */
  readonly answers: readonly ScoredAnswer[];
  readonly device: Device;
  /** Bytes every forward pass moves: encoder, adapter and heads. */
  readonly weightBytes: number;
  /** Bytes of every layer but score.json and card.md. */
  readonly layerBytes: number;
  /** What the compile's answers cost, from the ledger. */
  readonly spendUsd: number;
  /** The teacher on the same evals; null where nothing was measured or declared. */
  readonly teacher: Omit<Baselines, "storageBytes">;
};

export type Recomputed = { readonly k: KFigure; readonly axes: Axes; readonly evals: EvalCounts };

/** Draws of the bootstrap, and the text its generator starts from: the same for every task, so that anyone can repeat it. */
export const RESAMPLES = 2000;
const BOOTSTRAP_SEED = "kolm/k-score/bootstrap/1";

/**
 * K with its 95 % bootstrap interval and the five axes (design: harmonic mean of accuracy, coverage, latency, cost and
 * size, each against the frontier). Rates carry Wilson intervals, which are scaled by the same baseline as the rate; the
 * bootstrap draws evals with replacement and holds the teacher, cost and size as they are.
 */
export function recomputeScore(evidence: Evidence): Recomputed {
  const { device, teacher, evals, answers } = evidence;
  assert(evals.length === answers.length, "one answer an eval");
  const grades = gradeAll(evidence);
  const seconds = answers.map(({ work }) => modelledSeconds(work, evidence.weightBytes, device.profile));
  const baselines: Baselines = { ...teacher, storageBytes: device.profile.storageBytes };
  const fixed = {
    usdPer1000: (evidence.spendUsd / device.lifetimeRequests) * 1000,
    bytes: evidence.layerBytes,
  };
  const measure = (rows: Iterable<number>): Measured => measureRows(rows, { grades, seconds, fixed });
  const measured = measure(grades.keys());
  const axes = axesOf(measured, baselines);
  const interval = bootstrap(grades.length, (rows) => harmonicMean(axesOf(measure(rows), baselines)), {
    rng: createRng(BOOTSTRAP_SEED),
    resamples: RESAMPLES,
  });
  return {
    k: {
      value: share(harmonicMean(axes)),
      lower: share(interval.lower),
      upper: share(interval.upper),
      resamples: RESAMPLES,
    },
    axes: printAxes({ measured, axes, baselines, evidence, grades }),
    evals: countsOf(grades),
  };
}

/** One grade an eval. */
export function gradeAll({ contract, evals, answers }: Pick<Evidence, "contract" | "evals" | "answers">): Grade[] {
  return evals.map(({ output }, index) =>
    gradeRow(contract, output, answers[index] ?? { output: null, abstained: true }),
  );
}

type Rows = { grades: readonly Grade[]; seconds: readonly number[]; fixed: { usdPer1000: number; bytes: number } };

function measureRows(rows: Iterable<number>, { grades, seconds, fixed }: Rows): Measured {
  const [drawn, times]: [Grade[], number[]] = [[], []];
  for (const row of rows) {
    const grade = grades[row];
    if (grade === undefined) continue;
    drawn.push(grade);
    times.push(seconds[row] ?? 0);
  }
  const counts = tally(drawn);
  return {
    accuracy: accuracyOf(counts),
    coverage: coverageOf(counts),
    latencySeconds: p95(times),
    ...fixed,
  };
}

function countsOf(grades: readonly Grade[]): EvalCounts {
  const { n, inScope, answered, answeredInScope } = tally(grades);
  const right = grades.filter(({ score }) => score === 1).length;
  return { n, inScope, answered, answeredInScope, right };
}

type Printed = {
  measured: Measured;
  axes: AxisValues;
  baselines: Baselines;
  evidence: Evidence;
  grades: readonly Grade[];
};

function printAxes({ measured, axes, baselines, evidence, grades }: Printed): Axes {
  const { answered, inScope } = tally(grades);
  const { latencySeconds, usdPer1000, storageBytes } = baselines;
  const scaled = (axis: "accuracy" | "coverage", ends: Interval): RateAxis => {
    const valueAt = (rate: number): string => share(axesOf({ ...measured, [axis]: rate }, baselines)[axis]);
    return {
      value: share(axes[axis]),
      lower: valueAt(ends.lower),
      upper: valueAt(ends.upper),
      raw: share(measured[axis]),
      rawLower: share(ends.lower),
      rawUpper: share(ends.upper),
      baseline: amount(baselines[axis] ?? 1),
    };
  };
  return {
    accuracy: scaled("accuracy", wilson(measured.accuracy, answered)),
    coverage: scaled("coverage", wilson(measured.coverage, inScope)),
    latency: {
      value: share(axes.latency),
      p95Seconds: amount(measured.latencySeconds),
      weightBytes: evidence.weightBytes,
      baseline: latencySeconds === null ? "none" : amount(latencySeconds),
    },
    cost: {
      value: share(axes.cost),
      usdPer1000: amount(measured.usdPer1000),
      spendUsd: amount(evidence.spendUsd),
      baseline: usdPer1000 === null ? "none" : amount(usdPer1000),
    },
    size: { value: share(axes.size), bytes: measured.bytes, baseline: storageBytes },
  };
}

type RateAxis = Axes["accuracy"];
