// This file judges an encoder on queries it was not trained on: does it put a right source before others much like it?
import type { Encoder } from "@kolm/runtime";
import type { Lesson } from "./lessons.ts";
import type { Passage } from "./material.ts";

/** Wrong sources a query brings along, those nearest to it by words. */
const RIVALS = 1;
/** More queries would cost more than they tell. */
const MOST_QUERIES = 100;

export type Judge = (encoder: Encoder, signal: AbortSignal) => Promise<number>;

/** The mean reciprocal rank of the first right source among the sources of all these lessons and their rivals. */
export function judgeOf(held: readonly Lesson[], passages: readonly Passage[]): Judge {
  const lessons = held.slice(0, MOST_QUERIES);
  const rivals = lessons.flatMap(({ wrong }) => wrong.slice(0, RIVALS).map((place) => passages[place]?.source ?? ""));
  const wanted = new Set([...lessons.flatMap(({ sources }) => [...sources]), ...rivals]);
  const pool = passages.filter(({ source }) => wanted.has(source));
  return async (encoder, signal) => {
    const asked = await encoder.encode(
      lessons.map(({ query }) => query),
      { signal },
    );
    const vectors = await encoder.encode(
      pool.map(({ text }) => text),
      { signal },
    );
    const ranks = lessons.map(({ sources }, at) => {
      const scores = scoresOf(asked[at] ?? new Float32Array(), pool, vectors);
      const best = Math.max(...[...sources].map((source) => scores.get(source) ?? -Infinity));
      return 1 + [...scores].filter(([source, score]) => score > best && !sources.has(source)).length;
    });
    return ranks.reduce((sum, rank) => sum + 1 / rank, 0) / Math.max(1, ranks.length);
  };
}

/** A source is as near as its nearest passage. */
function scoresOf(
  query: Float32Array,
  pool: readonly Passage[],
  vectors: readonly Float32Array[],
): Map<string, number> {
  const scores = new Map<string, number>();
  for (const [at, { source }] of pool.entries()) {
    const vector = vectors[at] ?? new Float32Array();
    let dot = 0;
    for (const [place, value] of query.entries()) dot += value * (vector[place] ?? 0);
    if (dot > (scores.get(source) ?? -Infinity)) scores.set(source, dot);
  }
  return scores;
}
