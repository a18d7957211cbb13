// This file chooses how near the first hit must be for a retrieval field to answer, on examples where abstaining is right.
import { fused, type Fusion, type Row } from "./weights.ts";

type Near = Readonly<Record<string, string>>;
type First = { readonly cosines: ReadonlyMap<string, number>; readonly isRight: boolean; readonly isNone: boolean };

/** No score is this high: a ranking that lets nothing through. */
const NEVER = 9999;
const ROUNDS = 3;

/**
 * Least score by ranking (a cosine, BM25 for keywords), such that most examples are rightly answered or rightly abstained on, where one space is enough;
 * undefined where no example is to be abstained on.
 */
export function nearestAllowed(rows: readonly Row[], fusion: Fusion): Near | undefined {
  if (!rows.some(({ sources }) => sources === null)) return undefined;
  const firsts = rows.map((row): First => {
    const [first] = fused(row, fusion);
    const cosines = new Map([...(first?.places ?? [])].map(([name, { score }]) => [name, score]));
    return { cosines, isRight: row.sources?.includes(first?.source ?? "") ?? false, isNone: row.sources === null };
  });
  const near = new Map([...fusion.weights.keys()].map((name) => [name, NEVER]));
  for (let round = 0; round < ROUNDS; round++)
    for (const name of near.keys()) near.set(name, bestFor(name, near, firsts));
  return Object.fromEntries([...near].map(([name, least]) => [name, String(Number(least.toFixed(6)))]));
}

/** The higher of equally good limits, half-way between two examples. */
function bestFor(name: string, near: ReadonlyMap<string, number>, firsts: readonly First[]): number {
  const cosines = firsts.flatMap(({ cosines: all }) => all.get(name) ?? []).sort((a, b) => b - a);
  const between = cosines.map((value, at) => (value + (cosines[at + 1] ?? value - 0.02)) / 2);
  let best = { least: NEVER, value: valueOf(new Map([...near, [name, NEVER]]), firsts) };
  for (const least of between.filter((one) => one >= 0)) {
    const value = valueOf(new Map([...near, [name, least]]), firsts);
    if (value > best.value) best = { least, value };
  }
  return best.least;
}

function valueOf(near: ReadonlyMap<string, number>, firsts: readonly First[]): number {
  return firsts.filter(({ cosines, isRight, isNone }) => {
    const answers = [...cosines].some(([name, cosine]) => cosine >= (near.get(name) ?? NEVER));
    return isNone ? !answers : answers && isRight;
  }).length;
}
