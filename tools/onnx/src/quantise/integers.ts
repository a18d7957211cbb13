// This file multiplies by int8 weights: activations are quantised as they come, integers are multiplied, scales put back.
import { attr } from "../build/attributes.ts";
import type { GraphBuilder } from "../build/builder.ts";
import { floatTensor } from "../tensor.ts";
import type { Matrix, Product } from "./matrix.ts";

/**
 * Not 127: x86 kernels without VNNI add two products u8·s8 in 16 bits, and 2·255·64 still fits. So integer products are the same
 * on every processor.
 */
const HIGHEST = 64;
const FLOAT = 1;

/** DynamicQuantizeLinear and MatMulInteger of standard ONNX, one scale a column of the weight. */
export function integerProduct(): Product {
  const known = new Map<string, readonly string[]>();
  const stored = new Set<string>();
  return (builder, matrix, { x, y }) => {
    const parts = ["uint8", "scale", "zero"].map((part) => `${x}/${part}`);
    const quantised = known.get(x) ?? builder.node("DynamicQuantizeLinear", [x], {}, { outputs: parts });
    known.set(x, quantised);
    const [integers = "", scale = "", zero = ""] = quantised;
    const [weight, scales] = [`${matrix.name}.int8`, `${matrix.name}.scales`];
    if (!stored.has(matrix.name)) store(builder, matrix, { weight, scales });
    stored.add(matrix.name);
    const [sums] = builder.node("MatMulInteger", [integers, weight, zero], {}, { outputs: [`${y}/sums`] });
    const [floats] = builder.node("Cast", [sums], { to: attr.int(FLOAT) }, { outputs: [`${y}/floats`] });
    const [factor] = builder.node("Mul", [scale, scales], {}, { outputs: [`${y}/factor`] });
    builder.node("Mul", [floats, factor], {}, { outputs: [y] });
  };
}

function store(
  builder: GraphBuilder,
  { rows, columns, at }: Matrix,
  names: { readonly weight: string; readonly scales: string },
): void {
  const integers = new Int8Array(rows * columns);
  const scales = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    let most = 0;
    for (let row = 0; row < rows; row++) most = Math.max(most, Math.abs(at(row, column)));
    const scale = Math.fround(most / HIGHEST) || 1;
    scales[column] = scale;
    for (let row = 0; row < rows; row++) {
      const rounded = Math.round(at(row, column) / scale);
      integers[row * columns + column] = Math.max(-HIGHEST, Math.min(HIGHEST, rounded));
    }
  }
  builder.initializer(names.weight, { type: "int8", dims: [rows, columns], bytes: new Uint8Array(integers.buffer) });
  builder.initializer(names.scales, floatTensor(scales));
}
