// This file cuts an epoch into batches of like length in random order.
import type { Rng } from "@kolm/stage";

/** How many batches are sorted by length together: more means less padding, fewer means better mixing. */
const POOL = 8;
/** Padded tokens a batch may have unless it is a single row: what bounds the memory of a step. */
const MOST_TOKENS = 1024;

/** Every row once: shuffled, sorted by length within pools, cut into batches of at most `size` rows, the batches shuffled. */
export function epochBatches(lengths: readonly number[], size: number, rng: Rng): number[][] {
  const order = rng.shuffle(lengths.map((_, row) => row));
  const pools = Array.from({ length: Math.ceil(order.length / (size * POOL)) }, (_, part) =>
    order.slice(part * size * POOL, (part + 1) * size * POOL),
  );
  const batches = pools.flatMap((pool) => cutByLength(pool, lengths, size));
  return rng.shuffle(batches);
}

/** Longest rows first, so that a batch is as wide as its first row. */
export function cutByLength(rows: readonly number[], lengths: readonly number[], size: number): number[][] {
  const lengthOf = (row: number): number => lengths[row] ?? 0;
  const sorted = [...rows].sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  const batches: number[][] = [];
  for (let from = 0; from < sorted.length;) {
    const fitting = Math.floor(MOST_TOKENS / Math.max(1, lengthOf(sorted[from] ?? 0)));
    const batch = sorted.slice(from, from + Math.max(1, Math.min(size, fitting)));
    batches.push(batch);
    from += batch.length;
  }
  return batches;
}
