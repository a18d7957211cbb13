// This file learns recipes for a spans field: single labels that are certain, the whole list, and the empty list.
import type { Draft, Learner } from "../evidence/cross-fit.ts";
import { slug } from "../label/values.ts";
import { anyMarkDraft } from "./any-mark.ts";
import { learnLabel, type Learnt, spansOf } from "./labels.ts";
import { markRecipe } from "./marks.ts";
import { NodeList, type Sifting, SIFTINGS } from "./nodes.ts";

/** Drafts of "these spans are surely of this label" for each label, of the whole list, and of "there is none". */
export function learnSpans(field: string, labels: readonly string[], minSupport: number): Learner {
  return (answers) => {
    const found = labels
      .map((label) => learnLabel(answers, { field, label, least: minSupport }))
      .filter(({ shapes }) => shapes.length > 0);
    const single = found.flatMap((one) =>
      SIFTINGS.flatMap((sifting, rank) => markDraft(field, one, { sifting, rank })),
    );
    const marks = [...anyMarkDraft(field, found, { answers, least: minSupport }), ...single];
    // The empty list and the whole list need every label to be known by shape.
    return found.length < labels.length || found.length === 0
      ? marks
      : [
          ...SIFTINGS.flatMap((sifting, rank) => wholeDraft(field, found, { sifting, rank })),
          noneDraft(field, found),
          ...marks,
        ];
  };
}

type Alternative = { readonly sifting: Sifting; readonly rank: number };

function markDraft(field: string, learnt: Learnt, { sifting, rank }: Alternative): Draft[] {
  const { label } = learnt;
  const group = `${field}/marks-${slug(label)}`;
  const recipe = markRecipe(`${group}/${rank}`, field, [{ learnt, sifting }]);
  if (recipe === undefined) return [];
  return [{ recipe, group, rank, triggersIn: (answer) => spansOf(answer, field, label).map(({ text }) => text) }];
}

function wholeDraft(field: string, found: readonly Learnt[], { sifting, rank }: Alternative): Draft[] {
  const group = `${field}/spans`;
  const marks = markRecipe(
    `${group}/${rank}`,
    field,
    found.map((learnt) => ({ learnt, sifting })),
  );
  return marks === undefined ? [] : [{ recipe: { ...marks, gives: "spans" }, group, rank, triggersIn: () => [] }];
}

/** Nothing in the input is like any shape of any label, even inside a longer word: the empty list. */
function noneDraft(field: string, learnt: readonly Learnt[]): Draft {
  const list = new NodeList();
  const input = list.add({ op: "input" });
  const tests = learnt.flatMap(({ shapes }) =>
    shapes.map(({ core }) => list.add({ op: "test", of: input, pattern: core })),
  );
  const found = list.add({ op: "or", of: tests });
  const free = list.add({ op: "not", of: found });
  const none = list.add({ op: "merge", of: [] });
  list.add({ op: "when", if: free, give: none });
  const group = `${field}/none`;
  return { recipe: { id: group, field, gives: "spans", nodes: list.nodes }, group, rank: 0, triggersIn: () => [] };
}
