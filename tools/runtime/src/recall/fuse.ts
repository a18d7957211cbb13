// This file joins rankings into one, by their ranks or by their scores.
import { bestOf, type Ranked, type Ranking } from "./ranking.ts";

export type Fusion = {
  readonly by?: "score" | undefined;
  readonly constant: number;
  readonly weights: ReadonlyMap<string, number>;
};

/**
 * A row's score is Σ weight × share over the rankings it is in, as a share of what being first in all of them gives. A share is
 * 1 ÷ (constant + rank) (reciprocal-rank fusion: Cormack, Clarke & Büttcher 2009), or by score `scaled`.
 */
export function fuse(
  rankings: ReadonlyMap<string, Ranking>,
  { by, constant, weights }: Fusion,
  most: number,
): Ranked[] {
  const sums = new Map<number, number>();
  let whole = 0;
  for (const [name, ranking] of rankings) {
    const weight = weights.get(name) ?? 1;
    whole += by === "score" ? weight : weight / (constant + 1);
    if (weight === 0) continue;
    const shares = by === "score" ? scaled(ranking.map(({ score }) => score)) : [];
    for (const [at, { row }] of ranking.entries()) {
      const share = by === "score" ? weight * (shares[at] ?? 0) : weight / (constant + at + 1);
      sums.set(row, (sums.get(row) ?? 0) + share);
    }
  }
  return bestOf(
    Array.from(sums, ([row, sum]) => ({ row, score: whole === 0 ? 0 : sum / whole })),
    most,
  );
}

/** Scores, best first, as shares of the way from the last to the first (CombSUM of scaled scores: Fox & Shaw 1994, Lee 1997). */
export function scaled(scores: readonly number[]): number[] {
  const [best = 0, least = 0] = [scores[0], scores.at(-1)];
  return scores.map((score) => (best > least ? (score - least) / (best - least) : 1));
}
