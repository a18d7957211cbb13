// This file finds how sure an answer must be to be given, so that enough of the given answers are right.
import { log } from "@kolm/runtime";

/** An answer's calibrated confidence and how right it was, both in [0, 1]. */
export type Graded = { readonly confidence: number; readonly score: number };

export type Goal = {
  /** Mean score that given answers must have. */
  readonly precision: number;
  /** How sure to be of that, as a one-sided level in (0.5, 1). */
  readonly assurance: number;
};

/** What the answers at or above a threshold come to. */
export type Cut = {
  readonly threshold: number;
  readonly answered: number;
  /** Mean score. */
  readonly precision: number;
  /** The precision is at least this at the goal's assurance (Wilson). */
  readonly lower: number;
};

/** `assured`: the lower bound reaches the goal; `reached`: the precision seen does; `missed`: not even that. */
export type Threshold = Cut & { readonly status: "assured" | "reached" | "missed" };

/** Fewer answers than this prove nothing about a precision. */
const FEWEST = 10;

/** The lowest threshold with an assured precision; else with a reached one; else the one with the best lower bound. */
export function chooseThreshold(graded: readonly Graded[], goal: Goal): Threshold {
  const cuts = cutsOf(graded, goal.assurance).filter(({ answered }) => answered >= Math.min(FEWEST, graded.length));
  const assured = cuts.findLast((cut) => cut.lower >= goal.precision);
  if (assured) return { ...assured, status: "assured" };
  const reached = cuts.findLast((cut) => cut.precision >= goal.precision);
  if (reached) return { ...reached, status: "reached" };
  const best = cuts.reduce<Cut | undefined>(
    (best, cut) => (best === undefined || cut.lower > best.lower ? cut : best),
    undefined,
  );
  return { ...(best ?? { threshold: 0, answered: 0, precision: 0, lower: 0 }), status: "missed" };
}

/** The cut at every place between two different confidences, from the surest answers to all of them. */
export function cutsOf(graded: readonly Graded[], assurance: number): Cut[] {
  const sorted = [...graded].sort((a, b) => b.confidence - a.confidence);
  const cuts: Cut[] = [];
  let right = 0;
  for (const [index, { confidence, score }] of sorted.entries()) {
    right += score;
    const next = sorted[index + 1]?.confidence;
    if (next === confidence) continue;
    const answered = index + 1;
    const threshold = next === undefined ? 0 : (confidence + next) / 2;
    cuts.push({ threshold, answered, precision: right / answered, lower: wilsonLower(right, answered, assurance) });
  }
  return cuts;
}

/** Wilson's (1927) lower bound for a share, one-sided. */
export function wilsonLower(right: number, total: number, assurance: number): number {
  if (total === 0) return 0;
  const z = normalQuantile(assurance);
  const share = right / total;
  const middle = share + (z * z) / (2 * total);
  const spread = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  return Math.max(0, (middle - spread) / (1 + (z * z) / total));
}

/** Abramowitz & Stegun 26.2.23, to 4.5e-4, for 0.5 ≤ level < 1. */
function normalQuantile(level: number): number {
  const t = Math.sqrt(-2 * log(1 - level));
  return (
    t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
  );
}
