// This file counts the multiply-accumulates of one pass through a graph.
import { assert } from "@kolm/format";
import { type Dim, type Graph, inferShapes, type Node } from "@kolm/onnx";

/** Multiply-accumulates of every product of matrices, in floats or integers, for one text of `tokens` tokens. */
export function countMacs(graph: Graph, tokens: number): number {
  const inputs = graph.inputs.map((input) => ({
    ...input,
    dims: input.dims.map((dim, axis) => (typeof dim === "number" ? dim : axis === 0 ? 1 : tokens)),
  }));
  const shapes = inferShapes({ ...graph, inputs });
  return graph.nodes.reduce(
    (sum, node) =>
      sum +
      (PRODUCTS.has(node.op)
        ? outputSize(shapes.dims(node.outputs[0] ?? "")) * innerSize(node, shapes.dims(node.inputs[0] ?? ""))
        : 0),
    0,
  );
}

const PRODUCTS: ReadonlySet<string> = new Set(["MatMul", "FusedMatMul", "Gemm", "MatMulInteger", "MatMulNBits"]);

const outputSize = (dims: readonly Dim[]): number => dims.reduce<number>((size, dim) => size * sizeOf(dim), 1);

function innerSize({ attributes }: Node, dims: readonly Dim[]): number {
  const transposed = attributes["transA"];
  return sizeOf(dims.at(transposed?.kind === "int" && transposed.value === 1 ? -2 : -1) ?? 1);
}

function sizeOf(dim: Dim): number {
  assert(typeof dim === "number", `dimension ${dim} is known once batch and tokens are`);
  return dim;
}
