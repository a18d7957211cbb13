// This file joins rankings into one: reciprocal-rank fusion (Cormack, Clarke & Büttcher 2009).
import { bestOf, type Ranked, type Ranking } from "./ranking.ts";

export type Fusion = { readonly constant: number; readonly weights: ReadonlyMap<string, number> };

/** A row's score is Σ weight ÷ (constant + rank) over the rankings it is in, as a share of what being first in all of them gives. */
export function fuse(rankings: ReadonlyMap<string, Ranking>, { constant, weights }: Fusion, most: number): Ranked[] {
  const sums = new Map<number, number>();
  let whole = 0;
  for (const [name, ranking] of rankings) {
    const weight = weights.get(name) ?? 1;
    whole += weight / (constant + 1);
    if (weight === 0) continue;
    for (const [at, { row }] of ranking.entries()) sums.set(row, (sums.get(row) ?? 0) + weight / (constant + at + 1));
  }
  return bestOf(
    Array.from(sums, ([row, sum]) => ({ row, score: sum / whole })),
    most,
  );
}
