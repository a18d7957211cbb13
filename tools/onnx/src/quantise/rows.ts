// This file keeps a table of embeddings as int8 rows with one scale each; looking one up gives float32 again.
import { attr } from "../build/attributes.ts";
import type { GraphBuilder } from "../build/builder.ts";
import type { Node, Tensor } from "../graph.ts";
import { floatsOf, floatTensor } from "../tensor.ts";

const HIGHEST = 127;
const FLOAT = 1;

/** Gather of integers and of scales, then their product: exact on every machine, as no two roundings are fused. */
export function integerRows(builder: GraphBuilder, node: Node, table: Tensor): void {
  const [name = "", indices = ""] = node.inputs;
  const [weight, scales] = [`${name}.rows.int8`, `${name}.rows.scales`];
  if (!builder.has(weight)) store(builder, table, { weight, scales });
  const [y = ""] = node.outputs;
  const [rows] = builder.node("Gather", [weight, indices], {}, { outputs: [`${y}/integers`] });
  const [floats] = builder.node("Cast", [rows], { to: attr.int(FLOAT) }, { outputs: [`${y}/floats`] });
  const [factors] = builder.node("Gather", [scales, indices], {}, { outputs: [`${y}/factors`] });
  builder.node("Mul", [floats, factors], {}, { outputs: node.outputs });
}

function store(
  builder: GraphBuilder,
  table: Tensor,
  names: { readonly weight: string; readonly scales: string },
): void {
  const [rows = 0, width = 0] = table.dims;
  const numbers = floatsOf(table);
  const integers = new Int8Array(rows * width);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const line = numbers.subarray(row * width, (row + 1) * width);
    const scale = Math.fround(line.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / HIGHEST) || 1;
    scales[row] = scale;
    for (const [column, value] of line.entries())
      integers[row * width + column] = Math.max(-HIGHEST, Math.min(HIGHEST, Math.round(value / scale)));
  }
  builder.initializer(names.weight, { type: "int8", dims: table.dims, bytes: new Uint8Array(integers.buffer) });
  builder.initializer(names.scales, floatTensor(scales, [rows, 1]));
}
