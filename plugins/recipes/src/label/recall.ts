// This file learns to repeat the answer to inputs that occur again and again, word for word.
import { type Recipe, wordsOf } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import type { Learner } from "../evidence/cross-fit.ts";
import { labelOf, type LabelKind } from "./values.ts";

/** An input becomes an entry only when it was seen at least twice: rarer ones may be somebody's private words. */
const LEAST_SEEN = 2;

/** One draft: a table from whole inputs, in word form, to the value all their answers agree on. */
export function learnRecall(field: string, kind: LabelKind): Learner {
  return (answers) => {
    const table = repeatedInputs(answers, field);
    if (table.length === 0) return [];
    const recipe: Recipe = { id: `${field}/recall`, field, gives: kind, nodes: recallNodes(kind, table) };
    return [{ recipe, group: recipe.id, rank: 0, triggersIn: () => [] }];
  };
}

function recallNodes(kind: LabelKind, table: [string, string][]): Recipe["nodes"] {
  const nodes: Recipe["nodes"] = [{ op: "input" }, { op: "words", of: 0 }, { op: "lookup", of: 1, table }];
  if (kind === "boolean") nodes.push({ op: "text", value: "true" }, { op: "equal", left: 2, right: 3 });
  return nodes;
}

function repeatedInputs(answers: readonly Answer[], field: string): [string, string][] {
  const seen = new Map<string, { label: string | undefined; count: number }>();
  for (const answer of answers) {
    const { form, list } = wordsOf(answer.input);
    if (list.length === 0) continue;
    const label = labelOf(answer, field);
    const entry = seen.get(form);
    if (entry === undefined) seen.set(form, { label, count: 1 });
    else {
      entry.count += 1;
      if (entry.label !== label) entry.label = undefined;
    }
  }
  return [...seen]
    .flatMap(([form, { label, count }]): [string, string][] =>
      label === undefined || count < LEAST_SEEN ? [] : [[form, label]],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
