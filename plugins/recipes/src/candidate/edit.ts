// This file lists the small changes to a program that repair and minimising choose from.
import { kindOf, type Kind, LIMITS, Node, operandsOf, pruneNodes, REFERENCES } from "@kolm/recipe";
import { z } from "zod";

/** A program after one change; the checker of the language has yet to see it. */
export type Edited = readonly Node[];

/** Programs with something taken away: operands, phrases, branches, single operations, whole ends. */
export function* smaller(nodes: Edited): Generator<Edited> {
  const kinds = kindsOf(nodes);
  for (let at = nodes.length - 2; at >= 0; at--)
    if (kinds[at] === kinds.at(-1)) yield pruneNodes(nodes.slice(0, at + 1));
  for (const [at, node] of nodes.entries()) {
    yield* withoutOperand(nodes, at, node);
    yield* withoutPhrase(nodes, at, node);
    yield* withoutBranch(nodes, at, node);
    yield* bypassed(nodes, at, kinds);
    yield* withoutSetting(nodes, at, node);
  }
}

/** Programs with another constant: whole numbers one more or less, other words of a closed list, texts of the outputs. */
export function* constants(nodes: Edited, texts: readonly string[]): Generator<Edited> {
  for (const [at, node] of nodes.entries()) {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== "number" || isReference(key)) continue;
      for (const other of [value - 1, value + 1]) yield replaced(nodes, at, { ...node, [key]: other });
    }
    for (const [key, values] of choicesOf(node.op)) {
      for (const value of values)
        if (fieldOf(node, key) !== value) yield replaced(nodes, at, { ...node, [key]: value });
    }
    for (const key of ["value", "by", "find", "with"]) {
      if (typeof fieldOf(node, key) !== "string") continue;
      for (const text of texts) if (fieldOf(node, key) !== text) yield replaced(nodes, at, { ...node, [key]: text });
    }
  }
}

/** A program whose table lacks these keys. */
export function withoutKeys(nodes: Edited, at: number, keys: ReadonlySet<string>): Edited | undefined {
  const node = nodes[at];
  if (node?.op !== "lookup") return undefined;
  const table = node.table.filter(([key]) => !keys.has(key));
  return table.length === 0 || table.length === node.table.length ? undefined : replaced(nodes, at, { ...node, table });
}

function* withoutOperand(nodes: Edited, at: number, node: Node): Generator<Edited> {
  const of = fieldOf(node, "of");
  if (!Array.isArray(of) || of.length < 2) return;
  for (const index of of.keys()) yield replaced(nodes, at, { ...node, of: of.filter((_, other) => other !== index) });
}

function* withoutPhrase(nodes: Edited, at: number, node: Node): Generator<Edited> {
  for (const key of ["any", "phrases"]) {
    const list = fieldOf(node, key);
    if (!Array.isArray(list) || list.length < 2) continue;
    for (const index of list.keys())
      yield replaced(nodes, at, { ...node, [key]: list.filter((_, other) => other !== index) });
  }
}

/** One branch of an `if` gives nothing. */
function* withoutBranch(nodes: Edited, at: number, node: Node): Generator<Edited> {
  if (node.op !== "if" || nodes.length === LIMITS.nodes) return;
  const moved = [ABSTAIN, ...nodes.map(shifted)];
  const here = moved[at + 1];
  for (const branch of ["give", "else"]) yield replaced(moved, at + 1, { ...here, [branch]: 0 });
}

const ABSTAIN: Node = { op: "abstain" };

/** Whoever read this node reads one of its operands instead. */
function* bypassed(nodes: Edited, at: number, kinds: readonly Kind[]): Generator<Edited> {
  const node = nodes[at];
  if (node === undefined) return;
  for (const { ref } of operandsOf(node)) {
    if (kinds[ref] !== kinds[at]) continue;
    if (at === nodes.length - 1) yield pruneNodes(nodes.slice(0, ref + 1));
    else yield pruneNodes(nodes.map((one) => mapped(one, (other) => (other === at ? ref : other))));
  }
}

function* withoutSetting(nodes: Edited, at: number, node: Node): Generator<Edited> {
  for (const key of optionalOf(node.op)) {
    if (fieldOf(node, key) === undefined || isReference(key)) continue;
    const rest = Object.fromEntries(Object.entries(node).filter(([name]) => name !== key));
    yield replaced(nodes, at, rest);
  }
}

function replaced(nodes: Edited, at: number, node: object): Edited {
  // The checker has the last word on the changed node.
  return pruneNodes(nodes.map((one, index) => (index === at ? (node as Node) : one)));
}

const shifted = (node: Node): Node => mapped(node, (ref) => ref + 1);

function mapped(node: Node, move: (ref: number) => number): Node {
  const moved: Record<string, unknown> = { ...node };
  for (const key of REFERENCES) {
    const value = moved[key];
    if (typeof value === "number") moved[key] = move(value);
    if (Array.isArray(value)) moved[key] = value.map((ref: number) => move(ref));
  }
  return moved as Node; // the same fields with other numbers
}

const fieldOf = (node: Node, key: string): unknown => (node as Readonly<Record<string, unknown>>)[key]; // any field by name
const isReference = (key: string): boolean => REFERENCES.some((name) => name === key);

function kindsOf(nodes: Edited): Kind[] {
  const kinds: Kind[] = [];
  for (const node of nodes) {
    const operands = operandsOf(node).map(({ ref }) => kinds[ref] ?? "nothing");
    kinds.push(kindOf(node, operands) ?? "nothing");
  }
  return kinds;
}

type Choices = readonly (readonly [key: string, values: readonly unknown[]])[];
type Shape = { readonly enum?: readonly unknown[]; readonly const?: unknown };
type Fields = { readonly choices: Choices; readonly optional: readonly string[] };

/** What the schema says of an operation's fields, looked up once. */
const FIELDS = new Map<string, Fields>(
  Node.options.map((option) => {
    const { properties = {}, required = [] } = z.toJSONSchema(option) as {
      readonly properties?: Readonly<Record<string, Shape>>;
      readonly required?: readonly string[];
    }; // an object's schema
    const entries = Object.entries(properties).filter(([key]) => key !== "op");
    const choices = entries.flatMap(([key, shape]): [string, readonly unknown[]][] => {
      const values = shape.enum ?? (shape.const === undefined ? [] : [shape.const]);
      return values.length === 0 ? [] : [[key, values]];
    });
    return [
      option.shape.op.value,
      { choices, optional: Object.keys(properties).filter((key) => !required.includes(key)) },
    ];
  }),
);

const choicesOf = (op: string): Choices => FIELDS.get(op)?.choices ?? [];
const optionalOf = (op: string): readonly string[] => FIELDS.get(op)?.optional ?? [];
