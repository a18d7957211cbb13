// This file picks passages that are relevant and unlike each other: maximal marginal relevance (Carbonell & Goldstein 1998).
import type { Ranked } from "./ranking.ts";

export type Diversity = {
  /** 1: relevance alone; 0: unlikeness alone, after the first. */
  readonly lambda: number;
  readonly most: number;
  readonly vectorOf: (row: number) => Float32Array | undefined;
};

/** The picked candidates in the order they were picked, each with its own score; relevance is a score's share of the best one. */
export function diversify(candidates: readonly Ranked[], { lambda, most, vectorOf }: Diversity): Ranked[] {
  const best = candidates[0]?.score ?? 0;
  const open = candidates.map((entry) => ({
    entry,
    vector: vectorOf(entry.row),
    relevance: best > 0 ? entry.score / best : 0,
    likeness: 0,
  }));
  const picked: Ranked[] = [];
  while (picked.length < most && open.length > 0) {
    let at = 0;
    const gain = (place: number): number =>
      lambda * (open[place]?.relevance ?? 0) - (1 - lambda) * (open[place]?.likeness ?? 0);
    for (let other = 1; other < open.length; other++) if (gain(other) > gain(at)) at = other;
    const [taken] = open.splice(at, 1);
    if (taken === undefined) break;
    picked.push(taken.entry);
    for (const one of open) one.likeness = Math.max(one.likeness, likeness(one.vector, taken.vector));
  }
  return picked;
}

/** Cosine of unit vectors; 0 where there is none. */
function likeness(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  if (a && b) for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
