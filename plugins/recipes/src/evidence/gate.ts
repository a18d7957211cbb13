// This file picks, of each group of alternative recipes, the one that passes the gate and fires most.
import type { Recipe } from "@kolm/recipe";
import { type Certificate, certify, type Rejection, rejectionOf } from "./certificate.ts";
import type { Tally } from "./cross-fit.ts";

/** The recipes that passed, in order of use, with their certificates, and the best of each group that did not. */
export type Gated = {
  readonly recipes: readonly Recipe[];
  readonly accepted: readonly Certificate[];
  readonly rejected: readonly Rejection[];
};

/** Applies the gate to the tallies of one field; at most maxRules are kept. */
export function gate(tallies: readonly Tally[], precision: number, maxRules: number): Gated {
  const groups = new Map<string, Tally[]>();
  for (const tally of tallies) groups.set(tally.group, [...(groups.get(tally.group) ?? []), tally]);
  const kept: { tally: Tally; certificate: Certificate }[] = [];
  const rejected: Rejection[] = [];
  for (const group of groups.values()) {
    const sorted = group.sort((a, b) => b.right - a.right || a.rank - b.rank);
    const best = sorted.find((tally) => rejectionOf(tally, precision) === undefined);
    if (best !== undefined) {
      kept.push({ tally: best, certificate: certify(best, group.length) });
      continue;
    }
    const first = sorted.sort(
      (a, b) => Number(certify(b, 1).lowerBound) - Number(certify(a, 1).lowerBound) || a.rank - b.rank,
    )[0];
    if (first !== undefined)
      rejected.push({ ...certify(first, group.length), reason: rejectionOf(first, precision) ?? "" });
  }
  kept.sort((a, b) => byBound(a.certificate, b.certificate));
  for (const { certificate } of kept.slice(maxRules))
    rejected.push({ ...certificate, reason: `beyond maxRules ${maxRules}` });
  const used = kept.slice(0, maxRules);
  return {
    recipes: used.map(({ tally }) => tally.recipe),
    accepted: used.map(({ certificate }) => certificate),
    rejected,
  };
}

/** Two lists of one field as one, in order of use. */
export function ranked(one: Gated, other: Gated, maxRules: number): Gated {
  const all = [one, other].flatMap(({ recipes, accepted }) =>
    accepted.flatMap((certificate, index) => {
      const recipe = recipes[index];
      return recipe === undefined ? [] : [{ recipe, certificate }];
    }),
  );
  all.sort((a, b) => byBound(a.certificate, b.certificate));
  const [used, beyond] = [all.slice(0, maxRules), all.slice(maxRules)];
  return {
    recipes: used.map(({ recipe }) => recipe),
    accepted: used.map(({ certificate }) => certificate),
    rejected: [
      ...one.rejected,
      ...other.rejected,
      ...beyond.map(({ certificate }) => ({ ...certificate, reason: `beyond maxRules ${maxRules}` })),
    ],
  };
}

function byBound(a: Certificate, b: Certificate): number {
  return (
    Number(b.lowerBound) - Number(a.lowerBound) || b.heldOut.right - a.heldOut.right || (a.recipe < b.recipe ? -1 : 1)
  );
}
