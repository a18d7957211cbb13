// This file writes small matrix products so that their bits do not depend on the number of threads.
import type { Graph, Node } from "../graph.ts";
import { parse } from "../shapes/dims.ts";
import { inferShapes, operatorKey } from "../shapes/table.ts";
import type { ShapeTable } from "../shapes/table.ts";
import { attr, intAttribute } from "./attributes.ts";
import { GraphBuilder } from "./builder.ts";

/** ONNX Runtime adds up a product in blocks of this many terms, and in longer ones where a thread's share of the columns is narrow. */
const BLOCK = 128;

/**
 * The same graph with the left factor of some products stored the other way round: of those of one row a text with
 * a matrix that is no constant. With more columns than rows ONNX Runtime deals the columns to the threads, and the length
 * of its blocks, so the rounding, follows from each thread's share, unless the left factor is transposed.
 */
export function steady(graph: Graph): Graph {
  const shapes = inferShapes(graph);
  const builder = GraphBuilder.from({ ...graph, nodes: [] });
  for (const node of graph.nodes) {
    if (isUnsteady(graph, shapes, node)) turn(builder, node);
    else builder.append(node);
  }
  for (const { name, type, dims } of graph.outputs) builder.output(name, type, dims);
  return builder.build();
}

function isUnsteady(graph: Graph, shapes: ShapeTable, node: Node): boolean {
  const key = operatorKey(node);
  if (key !== "MatMul" && key !== "com.microsoft.FusedMatMul") return false;
  const [a = "", b = ""] = node.inputs;
  const [rows, terms] = shapes.dims(a);
  const flat = shapes.dims(a).length === 2 && shapes.dims(b).length === 2;
  if (!flat || rows === undefined || graph.initializers.has(b) || intAttribute(node, "transA", 0) !== 0) return false;
  const long = typeof terms !== "number" || terms > BLOCK;
  return long && typeof rows === "string" && parse(rows).symbols.length === 1;
}

function turn(builder: GraphBuilder, node: Node): void {
  const [a = "", b = ""] = node.inputs;
  const [turned] = builder.node("Transpose", [a], { perm: attr.ints([1, 0]) });
  // Flatten keeps ONNX Runtime from folding the transpose back into the product.
  const [kept] = builder.node("Flatten", [turned], { axis: attr.int(1) });
  const attributes = { ...node.attributes, transA: attr.int(1) };
  builder.append({ ...node, op: "FusedMatMul", domain: "com.microsoft", attributes, inputs: [kept, b] });
}
