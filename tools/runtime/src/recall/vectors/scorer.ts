// This file gives the cosine of a query and any vectors of a space, the same bits on every machine.
import { createKernel } from "../kernel/kernel.ts";
import { RUN } from "../kernel/routines.ts";
import type { Numbers } from "./numbers.ts";

/** Vectors that go through the kernel at once. */
const BLOCK = 64;

/** The cosine of each vector with the query, in order of the numbers given. */
export type Scorer = (query: Float32Array, vectors: ArrayLike<number>) => Float64Array;

export function createScorer(numbers: Numbers, dims: number): Scorer {
  const size = Math.ceil(dims / RUN) * RUN;
  const place = { query: 0, block: 8 * size, out: 8 * size + 4 * size * BLOCK };
  const kernel = createKernel(place.out + 8 * BLOCK);
  const { buffer } = kernel.memory;
  const filled = new Float64Array(buffer, place.query, dims);
  const targets = Array.from({ length: BLOCK }, (_, at) => new Float32Array(buffer, place.block + 4 * size * at, dims));
  const out = new Float64Array(buffer, place.out, BLOCK);
  return (query, vectors) => {
    filled.set(query);
    const scores = new Float64Array(vectors.length);
    for (let from = 0; from < vectors.length; from += BLOCK) {
      const count = Math.min(BLOCK, vectors.length - from);
      for (let at = 0; at < count; at++) {
        const target = targets[at];
        if (target) numbers.fill(vectors[from + at] ?? 0, target);
      }
      kernel.score(place.block, size, place.query, count, place.out);
      scores.set(out.subarray(0, count), from);
    }
    return scores;
  };
}
