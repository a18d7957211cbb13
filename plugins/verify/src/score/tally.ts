// This file adds up grades into the two raw rates of the K-score: accuracy over answered rows, coverage over in-scope rows.
import type { Grade } from "./grade.ts";

/** Counts over rows; score sums over the answered ones. */
export type Tally = {
  readonly n: number;
  readonly inScope: number;
  /** Answered rows, in scope or not: what accuracy is the mean over. */
  readonly answered: number;
  readonly answeredInScope: number;
  readonly scoreSum: number;
};

/** Counts rows; the order does not matter. */
export function tally(grades: Iterable<Grade>): Tally {
  let [n, inScope, answered, answeredInScope, scoreSum] = [0, 0, 0, 0, 0];
  for (const grade of grades) {
    n++;
    if (grade.inScope) inScope++;
    if (!grade.answered) continue;
    answered++;
    scoreSum += grade.score;
    if (grade.inScope) answeredInScope++;
  }
  return { n, inScope, answered, answeredInScope, scoreSum };
}

/** Mean score over answered rows, 0 when none was answered: an artifact that never answers earns nothing. */
export function accuracyOf({ answered, scoreSum }: Tally): number {
  return answered === 0 ? 0 : scoreSum / answered;
}

/** Share of in-scope rows that were answered, 0 when no row is in scope. */
export function coverageOf({ inScope, answeredInScope }: Tally): number {
  return inScope === 0 ? 0 : answeredInScope / inScope;
}
