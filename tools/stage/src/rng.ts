// This file makes seeded random numbers that are the same on every machine: sfc32 over integer arithmetic only.

/** A stream of random numbers; fork(name) gives an independent stream that does not depend on how much was drawn. */
export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Standard normal (Box–Muller would need sin; sum of 12 uniforms is exact arithmetic everywhere). */
  normal(): number;
  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(values: readonly T[]): T[];
  fork(name: string): Rng;
}

/** Rng from any text seed; FNV-1a spreads the text over the four state words. */
export function createRng(seed: string): Rng {
  const next = sfc32(spread(seed, 0x811c9dc5), spread(seed, 0x9e3779b9), spread(seed, 0x85ebca6b), 1);
  const uniform = (): number => next() / 0x1_0000_0000;
  const integer = (below: number): number => Math.floor(uniform() * below);
  return {
    uniform,
    integer,
    normal: () => {
      let sum = -6;
      for (let index = 0; index < 12; index++) sum += uniform();
      return sum;
    },
    shuffle: (values) => {
      const shuffled = [...values];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other] as never, shuffled[last] as never];
      }
      return shuffled;
    },
    fork: (name) => createRng(`${seed}/${name}`),
  };
}

function spread(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

// Chris Doty-Humphrey's small fast counter generator (PractRand).
function sfc32(a: number, b: number, c: number, counter: number): () => number {
  const step = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 15; warm++) step();
  return step;
}
