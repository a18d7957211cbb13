// This file sums over tokens as early as a graph allows: a sum commutes with linear maps, so the last of them need one row a text.
import { intAttribute } from "../build/attributes.ts";
import { GraphBuilder } from "../build/builder.ts";
import type { Graph, Node } from "../graph.ts";
import { sameDims } from "../shapes/dims.ts";
import { reducedAxes } from "../shapes/reduction.ts";
import { inferShapes, operatorKey } from "../shapes/table.ts";
import type { ShapeTable } from "../shapes/table.ts";

/** Sum over tokens of value × mask; `linear` are the nodes behind value that nothing else reads. */
type Pool = {
  readonly sum: Node;
  readonly masked: Node;
  readonly value: string;
  readonly mask: string;
  readonly linear: ReadonlyMap<string, Node>;
};

/**
 * The same function, rounding apart, with each masked sum over tokens moved before the additions and products with
 * fixed matrices that feed it alone. A graph whose pooling follows no such product stays as it is.
 */
export function poolEarly(graph: Graph): Graph {
  const shapes = inferShapes(graph);
  return graph.nodes
    .flatMap((node) => findPool(graph, shapes, node) ?? [])
    .reduce((pooled, pool) => move(pooled, shapes, pool), graph);
}

function findPool(graph: Graph, shapes: ShapeTable, sum: Node): Pool | undefined {
  if (operatorKey(sum) !== "ReduceSum" || reducedAxes(shapes.view(sum)).join() !== "1") return undefined;
  const masked = graph.nodes.find((node) => node.op === "Mul" && node.outputs[0] === sum.inputs[0]);
  if (masked === undefined || !isReadOnlyBy(graph, masked, new Set([sum]))) return undefined;
  const [a = "", b = ""] = masked.inputs;
  const [value, mask] = shapes.dims(a).at(-1) === 1 ? [b, a] : [a, b];
  const fits = shapes.dims(mask).length === 3 && shapes.dims(mask)[2] === 1;
  if (!fits || !sameDims(shapes.dims(value), shapes.dims(masked.outputs[0] ?? ""))) return undefined;
  const linear = linearBehind(graph, shapes, masked);
  return [...linear.values()].some(isProduct) ? { sum, masked, value, mask, linear } : undefined;
}

/** Linear nodes, by output, all of whose readers are in this set or the given node. */
function linearBehind(graph: Graph, shapes: ShapeTable, end: Node): ReadonlyMap<string, Node> {
  const inside = new Set([end]);
  const found = new Map<string, Node>();
  for (const node of graph.nodes.toReversed()) {
    if (!isLinear(graph, shapes, node) || !isReadOnlyBy(graph, node, inside)) continue;
    inside.add(node);
    found.set(node.outputs[0] ?? "", node);
  }
  return found;
}

function isReadOnlyBy(graph: Graph, { outputs }: Node, readers: ReadonlySet<Node>): boolean {
  const isRead = (name: string): boolean => outputs.includes(name);
  if (graph.outputs.some(({ name }) => isRead(name))) return false;
  const reading = graph.nodes.filter(({ inputs }) => inputs.some(isRead));
  return reading.length > 0 && reading.every((node) => readers.has(node));
}

function isProduct({ op }: Node): boolean {
  return op === "MatMul" || op === "FusedMatMul";
}

/** Additions and products with one matrix for all rows, of values [batch, tokens, width]. */
function isLinear(graph: Graph, shapes: ShapeTable, node: Node): boolean {
  const dims = shapes.dims(node.outputs[0] ?? "");
  if (dims.length !== 3) return false;
  const [a = "", b = ""] = node.inputs;
  if (operatorKey(node) === "Add")
    return [a, b].every((input) => shapes.dims(input).length <= 1 || sameDims(shapes.dims(input), dims));
  const isFixed = graph.initializers.has(b) || graph.inputs.some(({ name }) => name === b);
  return isProduct(node) && isFixed && shapes.dims(b).length === 2 && intAttribute(node, "transA", 0) === 0;
}

function move(graph: Graph, shapes: ShapeTable, pool: Pool): Graph {
  const builder = GraphBuilder.from({ ...graph, nodes: [] });
  for (const node of graph.nodes) {
    if (node === pool.sum) {
      builder.append({ ...node, op: "Identity", attributes: {}, inputs: [summed(builder, shapes, pool)] });
    } else if (node !== pool.masked && !pool.linear.has(node.outputs[0] ?? "")) builder.append(node);
  }
  for (const { name, type, dims } of graph.outputs) builder.output(name, type, dims);
  return builder.build();
}

/** The sum over tokens of the pool's value, made of sums over tokens of what its linear nodes read. */
function summed(builder: GraphBuilder, shapes: ShapeTable, { sum, value, mask, linear }: Pool): string {
  const known = new Map<string, string>();
  const over = (input: string): string => builder.node("ReduceSum", [input, ...sum.inputs.slice(1)], sum.attributes)[0];
  const count = over(mask);
  const early = (name: string): string => {
    const earlier = known.get(name);
    if (earlier !== undefined) return earlier;
    const made = make(name);
    known.set(name, made);
    return made;
  };
  const make = (name: string): string => {
    const node = linear.get(name);
    if (node === undefined) return over(builder.node("Mul", [name, mask])[0]);
    const [a = "", b = ""] = node.inputs;
    if (isProduct(node)) return builder.node(node.op, [early(a), b], node.attributes, { domain: node.domain })[0];
    const term = (input: string): string =>
      shapes.dims(input).length <= 1 ? builder.node("Mul", [count, input])[0] : early(input);
    return builder.node("Add", [term(a), term(b)])[0];
  };
  return early(value);
}
