// This file finds how to fuse rankings, and with which weights, so that the right files of examples come first.
import type { RecallIndex } from "@kolm/runtime";
import type { Candidate, Wanted } from "./tune.ts";

export type Row = Wanted & { readonly candidates: readonly Candidate[] };

export type Fusion = {
  readonly by?: "score" | undefined;
  readonly constant: number;
  readonly weights: ReadonlyMap<string, number>;
};

/** Equal weights come first: others are taken only when they are better. None is 0: few examples ask for all there is. */
const STEPS = [1, 0.5, 0.25, 0.1];

/** The way with the highest mean reciprocal rank of the first right file; by rank with weights of 1 where no example has one. */
export function bestWeights(rows: readonly Row[], { fuse: { constant, ...fuse } }: RecallIndex): Fusion {
  const names = Object.keys(fuse.weights);
  const known = rows.filter(({ sources }) => sources !== null);
  let best: { fusion: Fusion; value: number } = {
    fusion: { constant, weights: new Map(names.map((name) => [name, 1])) },
    value: -1,
  };
  for (const by of [undefined, "score"] as const) {
    for (const weights of gridOf(names)) {
      const fusion = { by, constant, weights };
      const value = known.reduce((sum, row) => sum + reciprocalRank(row, fusion), 0);
      if (value > best.value) best = { fusion, value };
    }
  }
  return best.fusion;
}

/** Files by fused score, best first. */
export function fused({ candidates }: Pick<Row, "candidates">, { by, constant, weights }: Fusion): Candidate[] {
  const scored = candidates.map((candidate) => {
    let score = 0;
    for (const [name, { rank, share }] of candidate.places) {
      const weight = weights.get(name) ?? 1;
      score += by === "score" ? weight * share : weight / (constant + rank);
    }
    return { candidate, score };
  });
  return scored.sort((a, b) => b.score - a.score).map(({ candidate }) => candidate);
}

function reciprocalRank(row: Row, fusion: Fusion): number {
  const place = fused(row, fusion).findIndex(({ source }) => row.sources?.includes(source));
  return place < 0 ? 0 : 1 / (place + 1);
}

function* gridOf(names: readonly string[]): Generator<Map<string, number>> {
  const total = STEPS.length ** names.length;
  for (let at = 0; at < total; at++) {
    let rest = at;
    const weights = new Map<string, number>();
    for (const name of names) {
      weights.set(name, STEPS[rest % STEPS.length] ?? 1);
      rest = Math.floor(rest / STEPS.length);
    }
    // A scale of the weights changes nothing: one of them is 1.
    if ([...weights.values()].includes(1)) yield weights;
  }
}
