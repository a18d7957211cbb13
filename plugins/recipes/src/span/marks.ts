// This file writes recipes that mark spans of one or more labels.
import { pruneNodes, type Recipe } from "@kolm/recipe";
import type { Learnt } from "./labels.ts";
import { addCandidates, addSifted, NodeList, type Sifting } from "./nodes.ts";

export type Marked = { readonly learnt: Learnt; readonly sifting: Sifting };

/** The recipe that marks what the shapes of each label find and its sifting leaves; undefined when a sifting leaves nothing. */
export function markRecipe(id: string, field: string, marked: readonly Marked[]): Recipe | undefined {
  const list = new NodeList();
  const lists: number[] = [];
  for (const { learnt, sifting } of marked) {
    const { label, shapes, contexts } = learnt;
    const sifted = addSifted(list, addCandidates(list, shapes).lists, { contexts, sifting });
    if (sifted === undefined) return undefined;
    lists.push(list.add({ op: "label", of: sifted, label }));
  }
  if (lists.length > 1) list.add({ op: "merge", of: lists });
  return { id, field, gives: "marks", nodes: pruneNodes(list.nodes) };
}
