// This file writes the nodes of span recipes: find every shape, keep by context, merge, pick.
import type { Node } from "@kolm/recipe";
import type { Context } from "./context.ts";
import type { Shape } from "./shapes.ts";

/** How candidates are sifted: all, without distrusted neighbours, with a trusted one on either side or on the left. */
export const SIFTINGS = ["all", "not distrusted", "trusted", "trusted before"] as const;
export type Sifting = (typeof SIFTINGS)[number];

/** Nodes under construction; add returns the index to refer to. */
export class NodeList {
  readonly nodes: Node[] = [];

  add(node: Node): number {
    return this.nodes.push(node) - 1;
  }
}

/** Adds the search for all shapes; returns each shape's list and their merge. */
export function addCandidates(list: NodeList, shapes: readonly Shape[]): { lists: readonly number[]; merged: number } {
  const lists = shapes.map(({ pattern }) => list.add({ op: "find", pattern, group: 1 }));
  return { lists, merged: mergeAll(list, lists) };
}

/** Adds the sifted candidates of all shapes; undefined when the sifting changes nothing or leaves nothing. */
export function addSifted(
  list: NodeList,
  lists: readonly number[],
  { contexts, sifting }: { readonly contexts: readonly Context[]; readonly sifting: Sifting },
): number | undefined {
  const kept = lists.flatMap((from, shape) => {
    const context = contexts[shape];
    if (context === undefined) return [];
    if (sifting === "all" || context.always) return [from];
    if (sifting === "not distrusted") return [dropDistrusted(list, from, context)];
    return [
      ...keepTrusted(list, from, { side: "before", words: context.trusted.before }),
      ...(sifting === "trusted" ? keepTrusted(list, from, { side: "after", words: context.trusted.after }) : []),
    ];
  });
  return kept.length === 0 ? undefined : mergeAll(list, kept);
}

type Neighbours = { readonly side: "before" | "after"; readonly words: readonly string[] };

function keepTrusted(list: NodeList, of: number, { side, words }: Neighbours): number[] {
  const { edge, words: phrases } = split(words);
  const kept: number[] = [];
  if (edge) kept.push(list.add({ op: "keep", of, side, edge: true }));
  if (phrases.length > 0) kept.push(list.add({ op: "keep", of, side, phrases }));
  return kept;
}

function dropDistrusted(list: NodeList, of: number, { distrusted }: Context): number {
  const before = split(distrusted.before).words;
  const after = split(distrusted.after).words;
  let kept = of;
  if (before.length > 0) kept = list.add({ op: "keep", of: kept, side: "before", phrases: before, drop: true });
  if (after.length > 0) kept = list.add({ op: "keep", of: kept, side: "after", phrases: after, drop: true });
  return kept;
}

function split(words: readonly string[]): { edge: boolean; words: string[] } {
  return { edge: words.includes(""), words: words.filter((word) => word !== "") };
}

function mergeAll(list: NodeList, lists: readonly number[]): number {
  const [only] = lists;
  return lists.length === 1 && only !== undefined ? only : list.add({ op: "merge", of: [...lists] });
}
