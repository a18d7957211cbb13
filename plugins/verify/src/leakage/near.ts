// This file finds evals that nearly stand among what the compile may have learnt from, by shared runs of three words.
import { normalise, type SpecRow } from "@kolm/stage";
import type { Source } from "./sources.ts";

/** An eval, the most alike source, and their Jaccard similarity over word 3-grams. */
export type NearDuplicate = {
  readonly id: string;
  readonly input: string;
  readonly place: string;
  readonly text: string;
  readonly similarity: number;
};

const NEAR = 0.8;

/** Evals whose word 3-grams have Jaccard similarity >= 0.8 with those of some source; texts under three words are left out. */
export function findNearDuplicates(evals: readonly SpecRow[], sources: readonly Source[]): NearDuplicate[] {
  const grams = sources.map(({ key }) => wordTrigrams(key));
  const holders = invert(grams);
  return evals.flatMap(({ id, input }) => {
    const own = wordTrigrams(normalise(input));
    const best = mostAlike(own, grams, holders);
    if (best === undefined || best.similarity < NEAR) return [];
    const source = sources[best.index];
    return source === undefined
      ? []
      : [{ id, input, place: source.place, text: source.text, similarity: best.similarity }];
  });
}

/** The distinct runs of three words of a normalised text. */
export function wordTrigrams(key: string): ReadonlySet<string> {
  const words = key.split(" ");
  const grams = new Set<string>();
  for (let index = 0; index + 3 <= words.length; index++) grams.add(words.slice(index, index + 3).join(" "));
  return grams;
}

function invert(grams: readonly ReadonlySet<string>[]): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  for (const [index, set] of grams.entries()) {
    for (const gram of set) {
      const list = holders.get(gram);
      if (list) list.push(index);
      else holders.set(gram, [index]);
    }
  }
  return holders;
}

/** The source with the highest similarity, the first of several. */
function mostAlike(
  own: ReadonlySet<string>,
  grams: readonly ReadonlySet<string>[],
  holders: ReadonlyMap<string, readonly number[]>,
): { index: number; similarity: number } | undefined {
  const shared = new Map<number, number>();
  for (const gram of own) for (const index of holders.get(gram) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
  let best: { index: number; similarity: number } | undefined;
  for (const [index, both] of shared) {
    const similarity = both / (own.size + (grams[index]?.size ?? 0) - both);
    const better =
      best === undefined || similarity > best.similarity || (similarity === best.similarity && index < best.index);
    if (better) best = { index, similarity };
  }
  return best;
}
