// This file learns one marks recipe for all labels together: those too rare for a certificate of their own.
import type { Answer } from "../answers.ts";
import type { Draft } from "../evidence/cross-fit.ts";
import { foldByInput } from "../evidence/folds.ts";
import { judgeOf } from "../evidence/outcome.ts";
import { learnLabel, type Learnt } from "./labels.ts";
import { type Marked, markRecipe } from "./marks.ts";
import { type Sifting, SIFTINGS } from "./nodes.ts";

/** A label must be right this often, and never wrong, on the halves it was not learnt from. */
const LEAST_RIGHT = 10;

export type AnyMarkOptions = { readonly answers: readonly Answer[]; readonly least: number };

/** Of each label the sifting that, learnt on one half of the answers, marks most on the other half without a mistake. */
export function anyMarkDraft(field: string, found: readonly Learnt[], { answers, least }: AnyMarkOptions): Draft[] {
  const halves = [0, 1].map((half) => answers.filter((answer) => foldByInput(answer) % 2 === half));
  const marked = found.flatMap((learnt): Marked[] => {
    // From half the examples, shapes with half the support.
    const byHalf = halves.map((half) => learnLabel(half, { field, label: learnt.label, least: Math.ceil(least / 2) }));
    const right = SIFTINGS.map((sifting) => rightAcross(field, { byHalf, halves, sifting }));
    const most = Math.max(...right);
    const sifting = SIFTINGS[right.indexOf(most)];
    return most < LEAST_RIGHT || sifting === undefined ? [] : [{ learnt, sifting }];
  });
  const group = `${field}/marks-any`;
  const recipe = marked.length < 2 ? undefined : markRecipe(group, field, marked);
  return recipe === undefined ? [] : [{ recipe, group, rank: 0, triggersIn: () => [] }];
}

type Crossing = {
  readonly byHalf: readonly Learnt[];
  readonly halves: readonly (readonly Answer[])[];
  readonly sifting: Sifting;
};

/** Spans marked rightly on the halves that were not learnt from; 0 with any mistake. */
function rightAcross(field: string, { byHalf, halves, sifting }: Crossing): number {
  let total = 0;
  for (const [half, learnt] of byHalf.entries()) {
    const recipe = learnt.shapes.length === 0 ? undefined : markRecipe("half", field, [{ learnt, sifting }]);
    if (recipe === undefined) continue;
    const judge = judgeOf(recipe);
    for (const answer of halves[1 - half] ?? []) {
      const { fired, right } = judge(answer);
      if (right < fired) return 0;
      total += right;
    }
  }
  return total;
}
