// This file measures how far stated confidence is from the share that is right.

export const BINS = 15;

/** Confidence in [0, 1] that the record is right, and its score. */
export type Stated = { readonly confidence: number; readonly score: number };

type Bin = {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly confidence: number;
  readonly score: number;
};
export type Calibration = { readonly n: number; readonly ece: number; readonly bins: readonly Bin[] };

/**
 * Expected calibration error over 15 equal bins (Guo et al. 2017): the mean over rows of |mean confidence - mean score|
 * of the bin the row falls in. Empty bins are left out.
 */
export function calibrationOf(rows: readonly Stated[]): Calibration {
  const bins = Array.from({ length: BINS }, (_, index) =>
    binOf(
      rows.filter(({ confidence }) => indexOf(confidence) === index),
      index,
    ),
  );
  const filled = bins.filter(({ n }) => n > 0);
  const gap = filled.reduce((sum, { n, confidence, score }) => sum + n * Math.abs(confidence - score), 0);
  return { n: rows.length, ece: rows.length === 0 ? 0 : gap / rows.length, bins: filled };
}

const indexOf = (confidence: number): number => Math.min(BINS - 1, Math.max(0, Math.floor(confidence * BINS)));

function binOf(rows: readonly Stated[], index: number): Bin {
  const mean = (pick: (row: Stated) => number): number => rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
  const filled = rows.length > 0;
  return {
    from: index / BINS,
    to: (index + 1) / BINS,
    n: rows.length,
    confidence: filled ? mean((row) => row.confidence) : 0,
    score: filled ? mean((row) => row.score) : 0,
  };
}
