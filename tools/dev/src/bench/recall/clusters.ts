// This file makes vectors like those of an encoder: many overlapping topics in fewer directions than there are numbers.
import { createRng } from "@kolm/stage";

export const DIMS = 512;
const TOPICS = 500;
/** Directions that carry meaning; the rest is noise, as the spectra of text encoders' vectors fall off. */
const DIRECTIONS = 96;
/** How far topics lie apart, passages within one, and noise: standard deviations in each direction. */
const SPREAD = { topics: 0.7, passages: 1, noise: 0.5 };

/** Unit vectors of `count` passages, one after the other; the same on every machine but for the last bits of Math. */
export function clusteredVectors(count: number): Float32Array {
  const rng = createRng("recall index benchmark");
  const normals = (length: number, by: number): Float32Array => Float32Array.from({ length }, () => by * rng.normal());
  const basis = Array.from({ length: DIRECTIONS }, () => normals(DIMS, 1 / Math.sqrt(DIRECTIONS)));
  const topics = Array.from({ length: TOPICS }, () => normals(DIRECTIONS, SPREAD.topics));
  const all = new Float32Array(count * DIMS);
  for (let row = 0; row < count; row++) {
    const topic = topics[rng.integer(TOPICS)] ?? new Float32Array(DIRECTIONS);
    const vector = normals(DIMS, SPREAD.noise);
    for (const [at, direction] of basis.entries()) {
      const weight = (topic[at] ?? 0) + SPREAD.passages * rng.normal();
      for (let column = 0; column < DIMS; column++)
        vector[column] = (vector[column] ?? 0) + weight * (direction[column] ?? 0);
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    all.set(
      vector.map((value) => value / length),
      row * DIMS,
    );
  }
  return all;
}
