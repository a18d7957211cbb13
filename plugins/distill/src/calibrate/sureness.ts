// This file learns from held-out rows how often a record is right whose least sure part is as sure as this.
import { exp, logOdds, type Sureness } from "@kolm/runtime";
import type { Graded } from "./threshold.ts";

/** Fewer rows than this cannot tell a slope from chance. */
const FEWEST = 20;
const STEPS = 50;
/** Keeps the slope finite where confidence tells right from wrong perfectly. */
const RIDGE = 1e-2;
const FLATTEST = 0.05;
const STEEPEST = 20;
const UNSCALED: Sureness = { slope: 1, offset: 0 };

/** Logistic regression of the score on the log-odds of the raw confidence (Platt 1999), by Newton's method. */
export function fitSureness(graded: readonly Graded[]): Sureness {
  if (graded.length < FEWEST) return UNSCALED;
  const rows = graded.map(({ confidence, score }) => ({ odds: logOdds(confidence), score }));
  let fit: Sureness = UNSCALED;
  for (let step = 0; step < STEPS; step++) fit = newtonStep(rows, fit);
  const slope = Math.min(STEEPEST, fit.slope);
  return slope < FLATTEST
    ? { slope: FLATTEST, offset: rounded(fit.offset) }
    : { slope: rounded(slope), offset: rounded(fit.offset) };
}

type Row = { readonly odds: number; readonly score: number };

/** One step down the regularised cross-entropy, at most one unit each way. */
function newtonStep(rows: readonly Row[], { slope, offset }: Sureness): Sureness {
  let [gradientSlope, gradientOffset] = [RIDGE * (slope - 1), RIDGE * offset];
  let [curveSlope, curveBoth, curveOffset] = [RIDGE, 0, RIDGE];
  for (const { odds, score } of rows) {
    const likely = 1 / (1 + exp(-(slope * odds + offset)));
    const [miss, weight] = [likely - score, likely * (1 - likely)];
    gradientSlope += miss * odds;
    gradientOffset += miss;
    curveSlope += weight * odds * odds;
    curveBoth += weight * odds;
    curveOffset += weight;
  }
  const determinant = curveSlope * curveOffset - curveBoth * curveBoth;
  return {
    slope: slope - bounded((curveOffset * gradientSlope - curveBoth * gradientOffset) / determinant),
    offset: offset - bounded((curveSlope * gradientOffset - curveBoth * gradientSlope) / determinant),
  };
}

const bounded = (step: number): number => (Number.isFinite(step) ? Math.max(-1, Math.min(1, step)) : 0);

/** As many digits as student.json carries. */
const rounded = (value: number): number => Number(value.toFixed(4));
