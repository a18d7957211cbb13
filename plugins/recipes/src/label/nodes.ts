// This file writes the nodes of phrase recipes.
import type { Recipe } from "@kolm/recipe";
import { type LabelKind, valueNode } from "./values.ts";

/** Five nodes a value and a few more, in a recipe of at most 256. */
const MOST_VALUES = 48;

/** The value, when one of its phrases is found. */
export function oneValueNodes(kind: LabelKind, chosen: ReadonlyMap<string, readonly string[]>): Recipe["nodes"] {
  return [...chosen].flatMap(([label, phrases]): Recipe["nodes"] => [
    { op: "ngram", any: [...phrases] },
    valueNode(kind, label),
    { op: "when", if: 0, give: 1 },
  ]);
}

/** A value, when phrases of exactly one value are found. */
export function anyValueNodes(kind: LabelKind, chosen: ReadonlyMap<string, readonly string[]>): Recipe["nodes"] {
  const values = [...chosen].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_VALUES);
  const nodes: Recipe["nodes"] = values.map(([, phrases]) => ({ op: "ngram", any: [...phrases] }));
  const silent = nodes.push({ op: "abstain" }) - 1;
  const rules = values.map(([label], index) => {
    const others = values.flatMap((_, other) => (other === index ? [] : [other]));
    const at = nodes.length;
    // The others are only searched when the value's own phrases were found.
    nodes.push({ op: "or", of: others }, valueNode(kind, label), { op: "if", if: at, give: silent, else: at + 1 });
    return nodes.push({ op: "when", if: index, give: at + 2 }) - 1;
  });
  nodes.push({ op: "first", of: rules });
  return nodes;
}
