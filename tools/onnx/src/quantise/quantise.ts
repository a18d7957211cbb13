// This file makes a graph smaller: the weights of products and large tables become integers with scales, the rest stays as it is.
import { floatAttribute, intAttribute } from "../build/attributes.ts";
import { GraphBuilder } from "../build/builder.ts";
import { tidy } from "../build/tidy.ts";
import type { Graph, Node, Tensor } from "../graph.ts";
import { findTargets, type LoraTarget } from "../student/targets.ts";
import { floatsOf, floatTensor } from "../tensor.ts";
import { blockProduct } from "./blocks.ts";
import { integerProduct } from "./integers.ts";
import type { Matrix, Product } from "./matrix.ts";
import { integerRows } from "./rows.ts";

/** int8: one scale a column, products of integers; int4: one scale for 32 numbers of a column, MatMulNBits of com.microsoft. */
export type WeightFormat = "int8" | "int4";

export type QuantiseOptions = {
  readonly format: WeightFormat;
  /** Names of weights that stay float32. */
  readonly keep?: readonly string[];
};

/** Smaller weights are not worth their scales. */
const FEWEST_NUMBERS = 4_096;
const LARGE_TABLE = 1 << 18;

/**
 * The same inputs and outputs over quantised weights; equal graphs give equal bytes. Activations of int8 products are quantised as
 * they come, over the whole tensor, so results for a text depend on what else is in its batch.
 */
export function quantise(graph: Graph, { format, keep = [] }: QuantiseOptions): Graph {
  const clean = tidy(graph);
  const builder = new GraphBuilder(clean.name, { "com.microsoft": 1, ...clean.opsets });
  for (const { name, type, dims } of clean.inputs) builder.input(name, type, dims);
  for (const [name, tensor] of clean.initializers) builder.initializer(name, tensor);
  const targets = findTargets(clean, ["*"]).filter(
    ({ weight, rows, columns }) => !keep.includes(weight) && rows * columns >= FEWEST_NUMBERS,
  );
  const byNode = new Map(targets.flatMap((target) => target.nodes.map((node) => [node, target] as const)));
  const product = format === "int8" ? integerProduct() : blockProduct();
  for (const node of clean.nodes) {
    const target = byNode.get(node);
    const table = clean.initializers.get(node.inputs[0] ?? "");
    if (target !== undefined) multiply(builder, node, { product, matrix: matrixOf(target, clean.initializers) });
    else if (isLargeTable(node, table)) integerRows(builder, node, table);
    else builder.append(node);
  }
  for (const { name, type, dims } of clean.outputs) builder.output(name, type, dims);
  // The float32 originals are read by nothing any more.
  return tidy(builder.build());
}

function matrixOf(
  { weight, rows, columns, transposed, gain }: LoraTarget,
  tensors: ReadonlyMap<string, Tensor>,
): Matrix {
  const tensor = tensors.get(weight);
  const numbers = tensor === undefined ? new Float32Array(0) : floatsOf(tensor);
  return {
    name: weight,
    rows,
    columns,
    at: (row, column) => gain * (numbers[transposed ? column * rows + row : row * columns + column] ?? 0),
  };
}

/** A MatMul, or a Gemm: its product and what it adds. */
function multiply(
  builder: GraphBuilder,
  node: Node,
  { product, matrix }: { readonly product: Product; readonly matrix: Matrix },
): void {
  const [x = "", , addend = ""] = node.inputs;
  const [y = ""] = node.outputs;
  if (node.op === "MatMul" || addend === "") return product(builder, matrix, { x, y });
  // Names are made of the value's own, as a fresh one could be that of a node still to come.
  const bare = `${y}/product`;
  product(builder, matrix, { x, y: bare });
  const beta = floatAttribute(node, "beta", 1);
  const factor = beta === 1 ? undefined : builder.initializer(`${y}/beta`, floatTensor([beta], []));
  const [added] =
    factor === undefined ? [addend] : builder.node("Mul", [addend, factor], {}, { outputs: [`${y}/addend`] });
  builder.node("Add", [bare, added], {}, { outputs: [y] });
}

function isLargeTable(node: Node, table: Tensor | undefined): table is Tensor {
  if (node.op !== "Gather" || node.domain !== "" || intAttribute(node, "axis", 0) !== 0) return false;
  const [rows = 0, width = 0] = table?.dims ?? [];
  return table?.type === "float32" && table.dims.length === 2 && rows * width >= LARGE_TABLE;
}
