// This file defines a term, a program under construction with its values on the rows at hand, and turns one into nodes.
import type { Moment, Node } from "@kolm/recipe";

/** What a term gives on one row; undefined is nothing. */
export type Given = string | number | boolean | Moment | undefined;

/** An operation on other terms; `values` holds one value a row, examples first. */
export type Term<V extends Given = string> = {
  readonly node: Readonly<Record<string, unknown>> & { readonly op: Node["op"] };
  readonly of: readonly Term<Given>[];
  readonly cost: number;
  readonly values: readonly (V | undefined)[];
};

/** Fields that take the operands of an operation, in order; one list for all operands where the name ends in *. */
const FIELDS: Readonly<Partial<Record<Node["op"], readonly string[]>>> = {
  input: [],
  text: [],
  number: [],
  abstain: [],
  concat: ["of*"],
  and: ["of*"],
  or: ["of*"],
  first: ["of*"],
  sub: ["of", "left", "right"],
  swap: ["of", "left", "right"],
  holds: ["left", "right"],
  equal: ["left", "right"],
  less: ["left", "right"],
  if: ["if", "give", "else"],
  when: ["if", "give"],
};

/** The nodes of a program, the last one giving what the term gives; equal parts become one node. */
export function nodesOf(term: Term<Given>): Node[] {
  const nodes: Node[] = [];
  const known = new Map<string, number>();
  const place = (one: Term<Given>): number => {
    const refs = one.of.map(place);
    const node: Record<string, unknown> = { ...one.node };
    for (const [index, field] of (FIELDS[one.node.op] ?? ["of"]).entries()) {
      if (field === "of*") node["of"] = refs;
      else node[field] = refs[index];
    }
    const key = JSON.stringify(node);
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, nodes.length);
    nodes.push(node as Node); // the checker of the language has the last word, before anything is run
    return nodes.length - 1;
  };
  place(term);
  return nodes;
}

/** The rows a synthesis looks at: examples with their outputs, then inputs without. */
export type Rows = { readonly inputs: readonly string[]; readonly outputs: readonly string[] };

/** A constant text on every row. */
export function constantTerm(value: string, cost: number, rows: Rows): Term {
  return { node: { op: "text", value }, of: [], cost, values: rows.inputs.map(() => value) };
}

export const endOf = (of: Term): Term<number> => ({
  node: { op: "length" },
  of: [of],
  cost: 0,
  values: of.values.map((text) => text?.length),
});

export const numberTerm = (value: number, rows: Rows): Term<number> => ({
  node: { op: "number", value },
  of: [],
  cost: 0,
  values: rows.inputs.map(() => value),
});
