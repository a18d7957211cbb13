// This file holds the gradients of matrix products; transposes are free in FusedMatMul.
import { attr, floatAttribute, intAttribute } from "../build/attributes.ts";
import type { Dim } from "../graph.ts";
import { product } from "../shapes/dims.ts";
import { reshape } from "./sizes.ts";
import type { Rule, Step } from "./step.ts";

type Product = {
  readonly a: string;
  readonly b: string;
  readonly g: string;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
};

const matmul: Rule = (step) => {
  const { node } = step;
  const flags = {
    transA: intAttribute(node, "transA", 0) !== 0,
    transB: intAttribute(node, "transB", 0) !== 0,
    alpha: floatAttribute(node, "alpha", 1),
  };
  const matrices = (): Product => ({ ...asMatrices(step), ...flags });
  return [() => reshapeLike(step, 0, left(step, matrices())), () => reshapeLike(step, 1, right(step, matrices()))];
};

export const MATRIX: Readonly<Record<string, Rule>> = {
  MatMul: matmul,
  "com.microsoft.FusedMatMul": matmul,
  Gemm: (step) => [...matmul(step), () => step.tape.scale(step.full(), floatAttribute(step.node, "beta", 1))],
};

/** Vectors are matrices of one row (left) or one column (right). */
function asMatrices(step: Step): { a: string; b: string; g: string } {
  const { tape } = step;
  const [a, b] = [step.dims(0), step.dims(1)];
  let g: readonly Dim[] = step.outputDims();
  if (b.length === 1) g = [...g, 1];
  if (a.length === 1) g = [...g.slice(0, -1), 1, ...g.slice(-1)];
  return {
    a: a.length === 1 ? reshape(tape, step.input(0), [1, ...a]) : step.input(0),
    b: b.length === 1 ? reshape(tape, step.input(1), [...b, 1]) : step.input(1),
    g: reshape(tape, step.full(), g),
  };
}

/** A vector's gradient is a matrix of one row or column summed over the batch. */
function reshapeLike(step: Step, index: number, gradient: string): string {
  const dims = step.dims(index);
  if (dims.length !== 1) return gradient;
  const { tape } = step;
  const batch = tape.dims(gradient).length - 2;
  const summed =
    batch === 0
      ? gradient
      : tape.sum(
          gradient,
          Array.from({ length: batch }, (_, axis) => axis),
          false,
        );
  return reshape(tape, summed, dims);
}

/** Y = A·B gives dA = G·Bᵀ; with A transposed in the product, dA = B·Gᵀ. */
function left(step: Step, { b, g, transA, transB, alpha }: Product): string {
  const { tape } = step;
  if (transA) return tape.matmul(b, g, { transA: transB, transB: true, alpha });
  return tape.matmul(g, b, { transB: !transB, alpha });
}

/** Y = A·B gives dB = Aᵀ·G; all rows at once where one matrix B serves a whole batch. */
function right(step: Step, { a, b, g, transA, transB, alpha }: Product): string {
  const { tape } = step;
  const flattens = tape.dims(b).length === 2 && tape.dims(a).length > 2 && !transA;
  const rowsOfA = flattens ? flatten(step, a) : a;
  const rowsOfG = flattens ? flatten(step, g) : g;
  if (flattens && !transB && isWider(step, rowsOfA, rowsOfG)) {
    const turned = tape.matmul(rowsOfG, rowsOfA, { transA: true, alpha });
    return tape.call("Transpose", [turned], { perm: attr.ints([1, 0]) });
  }
  if (transB) return tape.matmul(rowsOfG, rowsOfA, { transA: true, transB: transA, alpha });
  return tape.matmul(rowsOfA, rowsOfG, { transA: !transA, alpha });
}

/** A product with its left factor transposed takes half the time when that is the narrower one. */
function isWider({ tape }: Step, a: string, b: string): boolean {
  const [wide, narrow] = [tape.dims(a)[1], tape.dims(b)[1]];
  return typeof wide === "number" && typeof narrow === "number" && wide > narrow;
}

function flatten(step: Step, value: string): string {
  const dims = step.tape.dims(value);
  return reshape(step.tape, value, [product(dims.slice(0, -1)), ...dims.slice(-1)]);
}
