// This file measures how far confidences are from the truth.
import type { Graded } from "./threshold.ts";

const BINS = 10;

/** Expected calibration error over ten bins of equal width: mean distance of confidence from score, weighted by rows. */
export function calibrationError(graded: readonly Graded[]): number {
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, score: 0, confidence: 0 }));
  for (const { confidence, score } of graded) {
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (bin === undefined) continue;
    bin.rows++;
    bin.confidence += confidence;
    bin.score += score;
  }
  const gap = bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.score), 0);
  return graded.length === 0 ? 0 : gap / graded.length;
}
