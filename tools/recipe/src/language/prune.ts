// This file drops the nodes that a recipe's result does not need, and renumbers the references.
import { operandsOf, REFERENCES } from "./kinds.ts";
import type { Node } from "./node.ts";

/** The nodes the last one needs, in order; a recipe with unused nodes is refused, so writers end with this. */
export function pruneNodes(nodes: readonly Node[]): Node[] {
  const needed = nodes.map((_, index) => index === nodes.length - 1);
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    if (node !== undefined && needed[index] === true) for (const { ref } of operandsOf(node)) needed[ref] = true;
  }
  let next = 0;
  const renumbered = needed.map((keep) => (keep ? next++ : -1));
  return nodes.flatMap((node, index) => (needed[index] === true ? [renumber(node, renumbered)] : []));
}

function renumber(node: Node, renumbered: readonly number[]): Node {
  const moved: Record<string, unknown> = { ...node };
  const move = (ref: unknown): number => renumbered[ref as number] ?? 0; // references are checked numbers
  for (const key of REFERENCES) {
    const value = moved[key];
    if (value !== undefined) moved[key] = Array.isArray(value) ? value.map(move) : move(value);
  }
  return moved as Node; // the same fields with other numbers
}
