// This file decides how long to train and which examples to hold out, from the number of examples alone.
import type { StudentOptions } from "../options.ts";

export type Plan = {
  readonly epochs: number;
  /** Into how many folds the examples are dealt, and how many of them are held out in turn. */
  readonly folds: number;
  readonly held: number;
  /** Whether the student that ships is trained anew on all examples, or is the best one seen while a fold was held out. */
  readonly refit: boolean;
};

/** Row visits that epochs: auto aims at, and the bounds on the epochs. */
const VISITS = 9_000;
const FEWEST_EPOCHS = 6;
const MOST_EPOCHS = 16;
/** Fewer rows than this are not worth judging by. */
const FEWEST_ROWS = 12;
/** Up to here every row is needed for training; beyond, the held-out ones are not missed. */
const REFIT_ROWS = 3_000;
/** Rows to judge by: fewer leave temperatures and thresholds to chance. */
const JUDGED_REFIT = 480;
const JUDGED_KEPT = 500;

/** Few examples: cross-fitting in three folds, then all of them; many: some are held out for good. */
export function planOf(rows: number, { epochs }: Pick<StudentOptions, "epochs">): Plan {
  const length = epochs === "auto" ? Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, Math.round(VISITS / rows))) : epochs;
  if (rows < FEWEST_ROWS) return { epochs: length, folds: 1, held: 0, refit: true };
  if (rows <= REFIT_ROWS)
    return { epochs: length, folds: 3, held: Math.min(3, Math.ceil((3 * JUDGED_REFIT) / rows)), refit: true };
  return { epochs: length, folds: Math.round(rows / JUDGED_KEPT), held: 1, refit: false };
}
