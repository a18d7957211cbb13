// This file makes repeatable numbers in [0, 1) for tests.

/** A stream of numbers named by its seed (Park and Miller's generator). */
export function numbers(seed: string): () => number {
  let state = 1;
  for (const character of seed) state = (state * 31 + (character.codePointAt(0) ?? 0)) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
