// This file multiplies by 4-bit weights in blocks of 32 with one scale each: MatMulNBits of ONNX Runtime.
import { attr } from "../build/attributes.ts";
import type { GraphBuilder } from "../build/builder.ts";
import { floatTensor } from "../tensor.ts";
import type { Matrix, Product } from "./matrix.ts";

const BITS = 4;
const BLOCK = 32;
/** A stored number stands for itself minus this. */
const ZERO = 8;
const HIGHEST = 15;
/** Shares of a block's largest number that become its largest step: clipping it may cost less than coarser steps for the others. */
const SHARES: readonly number[] = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];
/** MatMulNBits may quantise activations to int8 block by block, which is what its fast kernels do. */
const ACCURACY = 4;

export function blockProduct(): Product {
  const stored = new Set<string>();
  return (builder, matrix, { x, y }) => {
    const [weight, scales] = [`${matrix.name}.int4`, `${matrix.name}.scales`];
    if (!stored.has(matrix.name)) store(builder, matrix, { weight, scales });
    stored.add(matrix.name);
    const attributes = {
      K: attr.int(matrix.rows),
      N: attr.int(matrix.columns),
      bits: attr.int(BITS),
      block_size: attr.int(BLOCK),
      accuracy_level: attr.int(ACCURACY),
    };
    builder.node("MatMulNBits", [x, weight, scales], attributes, { domain: "com.microsoft", outputs: [y] });
  };
}

/** uint8 [columns, blocks, 16], two numbers a byte, the earlier in the low half; float32 scales [columns · blocks]. */
function store(
  builder: GraphBuilder,
  { rows, columns, at }: Matrix,
  names: { readonly weight: string; readonly scales: string },
): void {
  const blocks = Math.ceil(rows / BLOCK);
  const bytes = new Uint8Array((columns * blocks * BLOCK * BITS) / 8);
  const scales = new Float32Array(columns * blocks);
  const numbers = new Float64Array(BLOCK);
  for (let place = 0; place < scales.length; place++) {
    const column = Math.floor(place / blocks);
    const first = (place % blocks) * BLOCK;
    for (let index = 0; index < BLOCK; index++) numbers[index] = first + index < rows ? at(first + index, column) : 0;
    const scale = bestScale(numbers);
    scales[place] = scale;
    for (const [index, number] of numbers.entries()) {
      const at = (place * BLOCK + index) >> 1;
      bytes[at] = (bytes[at] ?? 0) | (stepOf(number, scale) << (4 * (index & 1)));
    }
  }
  builder.initializer(names.weight, { type: "uint8", dims: [columns, blocks, (BLOCK * BITS) / 8], bytes });
  builder.initializer(names.scales, floatTensor(scales));
}

/** The scale with the least squared error; its sign puts the largest number on the side that has one step more. */
function bestScale(numbers: Float64Array): number {
  const extreme = numbers.reduce((most, number) => (Math.abs(number) > Math.abs(most) ? number : most), 0);
  if (extreme === 0) return 1;
  let [best, least] = [1, Infinity];
  for (const share of SHARES) {
    const scale = Math.fround((share * extreme) / -ZERO);
    let error = 0;
    for (const number of numbers) {
      const off = number - (stepOf(number, scale) - ZERO) * scale;
      error += off * off;
    }
    if (error < least) [best, least] = [scale, error];
  }
  return best;
}

function stepOf(number: number, scale: number): number {
  return Math.max(0, Math.min(HIGHEST, Math.round(number / scale) + ZERO));
}
