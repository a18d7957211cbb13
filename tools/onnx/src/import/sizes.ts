// This file replaces sizes computed at run time by constants wherever ONNX lets a constant stand for "as in the input".
import { intAttribute } from "../build/attributes.ts";
import type { Dim, Node, Tensor } from "../graph.ts";
import type { ShapeTable } from "../shapes/table.ts";
import { intTensor } from "../tensor.ts";

type Surroundings = { readonly table: ShapeTable; readonly constant: (stem: string, tensor: Tensor) => string };

/** A Reshape or Expand whose target is a constant, where the dimensions are known well enough; any other node as it is. */
export function withStaticTarget(node: Node, { table, constant }: Surroundings): Node {
  const [input = "", target = ""] = node.inputs;
  const [output = ""] = node.outputs;
  if (node.domain !== "" || !Object.hasOwn(STATIC, node.op) || input === "" || target === "") return node;
  const wanted = table.known(target).elements;
  if (wanted === undefined || wanted.every((dim) => typeof dim === "number")) return node;
  const sizes = STATIC[node.op]?.(wanted, table.dims(input), node);
  if (sizes === undefined) return node;
  return { ...node, inputs: [input, constant(`${output}.sizes`, intTensor(sizes))] };
}

type Rule = (wanted: readonly Dim[], from: readonly Dim[], node: Node) => number[] | undefined;

const STATIC: Readonly<Record<string, Rule>> = {
  /** 0 copies the input's size at the same place, -1 is what is left; either may stand for a name. */
  Reshape: (wanted, from, node) => {
    if (intAttribute(node, "allowzero", 0) !== 0) return undefined;
    const copied = wanted.map((dim, axis) => (typeof dim === "string" && dim === from[axis] ? 0 : dim));
    const named = copied.filter((dim) => typeof dim === "string").length;
    if (named > 1 || (named === 1 && copied.includes(-1))) return undefined;
    return copied.map((dim) => (typeof dim === "string" ? -1 : dim));
  },
  /** Expand broadcasts both ways: 1 keeps the input's size. */
  Expand: (wanted, from) => {
    const shift = from.length - wanted.length;
    const kept = wanted.map((dim, axis) => (typeof dim === "string" && dim === from[axis + shift] ? 1 : dim));
    return kept.every((dim) => typeof dim === "number") ? kept : undefined;
  },
};
