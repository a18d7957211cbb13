// This file damages recipe packs at random: bytes of them, or values in their trees.
import { LIMITS } from "@kolm/recipe";
import type { Rng } from "@kolm/stage";

const NUMBERS: readonly unknown[] = [0, 1, 2, 3, 255, -1, 1e9, LIMITS.nodes, 0.5];
const TEXTS = "a a+ (a|b)*c ((a{30}){30}) [ \uFFFF __proto__ number unit only 0.1 -0 kg".split(" ");
const VALUES: readonly unknown[] = ["", ...NUMBERS, ...TEXTS, true, null, [], [0], [0, 0, 0], [[]], {}, [["a", "b"]]];

/** The tree with one value somewhere replaced. */
export function mutate(tree: unknown, rng: Rng): unknown {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      const holder = value as Record<string, unknown>; // lists are written by index here
      places.push({ holder, key });
      walk(holder[key]);
    }
  };
  walk(tree);
  const place = places[rng.integer(places.length)];
  if (place !== undefined) place.holder[place.key] = VALUES[rng.integer(VALUES.length)];
  return tree;
}

/** A copy of the bytes with up to four of them changed. */
export function damage(bytes: Uint8Array, rng: Rng): Uint8Array {
  const damaged = Uint8Array.from(bytes);
  for (let change = 0; change <= rng.integer(4); change++) damaged[rng.integer(damaged.length)] = 32 + rng.integer(95);
  return damaged;
}

/** Recipes as a pack file. */
export const wrapped = (recipes: readonly unknown[]): unknown => ({ format: "kolm/recipes-1", recipes });
