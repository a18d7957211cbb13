// This file is the table of kinds: what each operation takes and gives (SPEC.md §3).
import type { Node, NodeOf, Op } from "./node.ts";

/** "nothing" is the kind of a node that never gives a value; it fits everywhere. */
export type Kind = "text" | "flag" | "number" | "span" | "spans" | "labelled" | "moment" | "nothing";

/** The nodes an operation reads, with the kinds each may have. */
export type Operand = { readonly ref: number; readonly kinds: readonly Kind[] };

type Signature<O extends Op> = {
  readonly operands: (node: NodeOf<O>) => readonly Operand[];
  /** The kind it gives; "same" when it gives what its branches give. */
  readonly gives: Kind | "same";
};

const TEXT: readonly Kind[] = ["text"];
const FLAG: readonly Kind[] = ["flag"];
const NUMBER: readonly Kind[] = ["number"];
const ANY: readonly Kind[] = ["text", "flag", "number", "span", "spans", "labelled", "moment"];

const of =
  (kinds: readonly Kind[]) =>
  (node: { readonly of: number }): readonly Operand[] => [{ ref: node.of, kinds }];
const each =
  (kinds: readonly Kind[]) =>
  (node: { readonly of: readonly number[] }): readonly Operand[] =>
    node.of.map((ref) => ({ ref, kinds }));
const none = (): readonly Operand[] => [];
const pair =
  (kinds: readonly Kind[]) =>
  (node: { readonly left: number; readonly right: number }): readonly Operand[] => [
    { ref: node.left, kinds },
    { ref: node.right, kinds },
  ];

const reference = (node: { readonly reference?: number | undefined }): readonly Operand[] =>
  node.reference === undefined ? [] : [{ ref: node.reference, kinds: TEXT }];

const SIGNATURES: { readonly [O in Op]: Signature<O> } = {
  input: { operands: none, gives: "text" },
  words: { operands: of(TEXT), gives: "text" },
  text: { operands: none, gives: "text" },
  concat: { operands: each(TEXT), gives: "text" },
  case: { operands: of(TEXT), gives: "text" },
  trim: { operands: of(TEXT), gives: "text" },
  replace: { operands: of(TEXT), gives: "text" },
  cut: { operands: of(TEXT), gives: "text" },
  slice: { operands: of(["span"]), gives: "text" },
  capture: { operands: of(TEXT), gives: "text" },
  lookup: { operands: of(TEXT), gives: "text" },
  piece: { operands: of(TEXT), gives: "text" },
  token: { operands: of(TEXT), gives: "text" },
  filter: { operands: of(TEXT), gives: "text" },
  pad: { operands: of(TEXT), gives: "text" },
  place: { operands: of(TEXT), gives: "number" },
  sub: {
    operands: (node) => [
      { ref: node.of, kinds: TEXT },
      { ref: node.left, kinds: NUMBER },
      { ref: node.right, kinds: NUMBER },
    ],
    gives: "text",
  },
  tally: { operands: of(TEXT), gives: "number" },
  numeral: { operands: of(NUMBER), gives: "text" },
  swap: {
    operands: (node) => [
      { ref: node.of, kinds: TEXT },
      { ref: node.left, kinds: TEXT },
      { ref: node.right, kinds: TEXT },
    ],
    gives: "text",
  },
  holds: { operands: pair(TEXT), gives: "flag" },
  moment: { operands: of(TEXT), gives: "moment" },
  bucket: { operands: of(["moment"]), gives: "moment" },
  show: { operands: of(["moment"]), gives: "text" },
  parse: { operands: (node) => [{ ref: node.of, kinds: TEXT }, ...reference(node)], gives: "text" },
  write: { operands: of(TEXT), gives: "text" },
  scale: { operands: of(TEXT), gives: "text" },
  round: { operands: of(TEXT), gives: "text" },
  flag: { operands: none, gives: "flag" },
  test: { operands: of(TEXT), gives: "flag" },
  contains: { operands: of(TEXT), gives: "flag" },
  ngram: { operands: none, gives: "flag" },
  equal: { operands: pair(["text", "number"]), gives: "flag" },
  less: { operands: pair(["number"]), gives: "flag" },
  and: { operands: each(FLAG), gives: "flag" },
  or: { operands: each(FLAG), gives: "flag" },
  not: { operands: of(FLAG), gives: "flag" },
  exists: { operands: of(ANY), gives: "flag" },
  number: { operands: none, gives: "number" },
  length: { operands: of(TEXT), gives: "number" },
  count: { operands: of(["spans", "labelled"]), gives: "number" },
  find: { operands: none, gives: "spans" },
  spot: { operands: (node) => reference(node), gives: "spans" },
  tag: { operands: none, gives: "spans" },
  keep: { operands: of(["spans"]), gives: "spans" },
  pick: { operands: of(["spans"]), gives: "span" },
  label: { operands: of(["spans"]), gives: "labelled" },
  merge: { operands: each(["spans", "labelled"]), gives: "same" },
  null: { operands: none, gives: "span" },
  abstain: { operands: none, gives: "nothing" },
  when: {
    operands: (node) => [
      { ref: node.if, kinds: FLAG },
      { ref: node.give, kinds: ANY },
    ],
    gives: "same",
  },
  if: {
    operands: (node) => [
      { ref: node.if, kinds: FLAG },
      { ref: node.give, kinds: ANY },
      { ref: node.else, kinds: ANY },
    ],
    gives: "same",
  },
  first: { operands: each(ANY), gives: "same" },
};

/** The fields that hold indices of nodes, whatever the operation. */
export const REFERENCES = ["of", "left", "right", "if", "give", "else", "reference"] as const;

/** The operands of a node in order. */
export function operandsOf(node: Node): readonly Operand[] {
  // The table pairs each op with its own node type; the union cannot express that pairing at the call.
  return (SIGNATURES[node.op] as Signature<Op>).operands(node as never);
}

/** What an operation gives by itself; "same" when it gives what its branches give. */
export function givesOf(op: Op): Kind | "same" {
  return SIGNATURES[op].gives;
}

/** The kind a node gives, from the kinds of its operands; undefined when branches differ. */
export function kindOf(node: Node, operands: readonly Kind[]): Kind | undefined {
  const own = SIGNATURES[node.op].gives;
  if (own !== "same") return own;
  if (node.op === "merge" && operands.length === 0) return "labelled";
  const branches = node.op === "first" || node.op === "merge" ? operands : operands.slice(1);
  const known = branches.filter((kind) => kind !== "nothing");
  return known.every((kind) => kind === known[0]) ? (known[0] ?? "nothing") : undefined;
}
