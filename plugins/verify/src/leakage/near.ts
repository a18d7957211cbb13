// This file finds evals that nearly stand among what the compile may have learnt from, by shared runs of three words.
import { mostAlikeOf, normalise, type SpecRow } from "@kolm/stage";
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
  const mostAlike = mostAlikeOf(sources.map(({ key }) => key));
  return evals.flatMap(({ id, input }) => {
    const best = mostAlike(normalise(input));
    if (best === undefined || best.similarity < NEAR) return [];
    const source = sources[best.index];
    return source === undefined
      ? []
      : [{ id, input, place: source.place, text: source.text, similarity: best.similarity }];
  });
}
