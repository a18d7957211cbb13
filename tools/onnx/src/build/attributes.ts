// This file writes and reads operator attributes in one word each.
import { KolmError } from "@kolm/format";
import type { Attribute, Node, Tensor } from "../graph.ts";

/** Attribute makers: `attr.int(1)`, `attr.ints([0, 2, 1])`, `attr.float(1e-6)`. */
export const attr = {
  int: (value: number): Attribute => ({ kind: "int", value }),
  ints: (value: readonly number[]): Attribute => ({ kind: "ints", value }),
  float: (value: number): Attribute => ({ kind: "float", value }),
  floats: (value: readonly number[]): Attribute => ({ kind: "floats", value }),
  string: (value: string): Attribute => ({ kind: "string", value }),
  tensor: (value: Tensor): Attribute => ({ kind: "tensor", value }),
} as const;

/** The node as it is called in messages: operator and name (its first output when it has none). */
export function describe(node: Node): string {
  const name = node.name === "" ? (node.outputs[0] ?? "") : node.name;
  return `${node.domain === "" ? "" : `${node.domain}.`}${node.op} node ${JSON.stringify(name)}`;
}

export function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.kind !== "int") throw mistyped(node, name, attribute);
  return attribute.value;
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.kind !== "float") throw mistyped(node, name, attribute);
  return attribute.value;
}

export function stringAttribute(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes[name];
  if (attribute === undefined) return fallback;
  if (attribute.kind !== "string") throw mistyped(node, name, attribute);
  return attribute.value;
}

export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== "ints") throw mistyped(node, name, attribute);
  return attribute.value;
}

function mistyped(node: Node, name: string, attribute: Attribute): KolmError {
  return new KolmError(
    "ONNX_ATTRIBUTE",
    `attribute ${JSON.stringify(name)} of ${describe(node)} is of kind ${attribute.kind}`,
  );
}
