// This file computes 95 % intervals: Wilson for a rate, a seeded bootstrap for any figure over rows.
import type { Rng } from "@kolm/stage";

/** Both ends of a 95 % interval. */
export type Interval = { readonly lower: number; readonly upper: number };

/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval for a rate over n rows (E. B. Wilson 1927); [0, 1] for n = 0. For a mean of scores in [0, 1]
 * it is conservative, as no such scores vary more than a rate of the same mean.
 */
export function wilson(rate: number, n: number): Interval {
  if (n === 0) return { lower: 0, upper: 1 };
  const share = (Z * Z) / n;
  const centre = rate + share / 2;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / n + share / (4 * n));
  // At rate 0 and 1 one end is exact; rounding would leave 1e-17 there.
  const lower = rate === 0 ? 0 : (centre - spread) / (1 + share);
  const upper = rate === 1 ? 1 : (centre + spread) / (1 + share);
  return { lower: Math.max(0, lower), upper: Math.min(1, upper) };
}

/** Percentile bootstrap: `figure` over `resamples` draws of n rows with replacement, given as row indexes. */
export function bootstrap(
  n: number,
  figure: (rows: Uint32Array) => number,
  options: { rng: Rng; resamples: number },
): Interval {
  const { rng, resamples } = options;
  const rows = new Uint32Array(n);
  const figures = Float64Array.from({ length: resamples }, () => {
    for (let index = 0; index < n; index++) rows[index] = rng.integer(n);
    return figure(rows);
  });
  figures.sort();
  return { lower: percentile(figures, 0.025), upper: percentile(figures, 0.975) };
}

/** Nearest-rank percentile of ascending figures; 0 for none. */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0;
}
