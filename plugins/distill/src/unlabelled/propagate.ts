// This file spreads beliefs about labels between texts that stand near each other.
import type { Neighbours } from "./neighbours.ts";

/** One distribution over the classes a row; the first `known` rows are labelled and stay as they are. */
export type Beliefs = { readonly rows: readonly Float64Array[]; readonly known: number };

/** Share of a belief that comes from the neighbours. */
const SPREAD = 0.8;
const ROUNDS = 10;

/**
 * Label propagation (Zhou et al. 2004, "Learning with Local and Global Consistency"): each round a row becomes SPREAD of its
 * neighbours' mean, weighted by the 16th power of their cosines, and for the rest what it was at first.
 */
export function propagate({ rows, known }: Beliefs, neighbours: Neighbours): Beliefs {
  const shares = rows.map((_, row) => sharesOf(neighbours, row));
  let now = rows;
  for (let round = 0; round < ROUNDS; round++) {
    const before = now;
    now = rows.map((first, row) => (row < known ? first : mixed(first, shares[row] ?? [], before)));
  }
  return { rows: now, known };
}

/**
 * Distribution alignment (Berthelot et al. 2020, "ReMixMatch"): unlabelled rows are reweighted so that their mean moves to
 * the wanted distribution, and are distributions again.
 */
export function align({ rows, known }: Beliefs, wanted: Float64Array): Beliefs {
  const sums = new Float64Array(wanted.length);
  for (const row of rows.slice(known))
    for (const [label, value] of row.entries()) sums[label] = (sums[label] ?? 0) + value;
  const factors = wanted.map((share, label) => (share * (rows.length - known)) / Math.max(sums[label] ?? 0, 1e-9));
  const aligned = rows.map((row, place) =>
    place < known ? row : normalised(row.map((value, label) => value * (factors[label] ?? 0))),
  );
  return { rows: aligned, known };
}

/** At a sum of 1; all zeros stay so. */
export function normalised(row: Float64Array): Float64Array {
  const sum = row.reduce((total, value) => total + value, 0);
  return sum === 0 ? row : row.map((value) => value / sum);
}

type Share = { readonly place: number; readonly share: number };

function mixed(first: Float64Array, shares: readonly Share[], beliefs: readonly Float64Array[]): Float64Array {
  const mix = first.map((value) => (1 - SPREAD) * value);
  for (const { place, share } of shares) {
    const belief = beliefs[place] ?? first;
    for (let label = 0; label < mix.length; label++)
      mix[label] = (mix[label] ?? 0) + SPREAD * share * (belief[label] ?? 0);
  }
  return mix;
}

/** A row's neighbours and their shares, which sum to 1. */
function sharesOf({ count, places, cosines }: Neighbours, row: number): Share[] {
  const weights = Array.from(cosines.subarray(row * count, (row + 1) * count), sixteenth);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight, index) => ({
    place: places[row * count + index] ?? 0,
    share: sum === 0 ? 1 / count : weight / sum,
  }));
}

/** By squaring: no engine's own approximation of a power. */
function sixteenth(cosine: number): number {
  const two = cosine > 0 ? cosine * cosine : 0;
  const four = two * two;
  const eight = four * four;
  return eight * eight;
}
