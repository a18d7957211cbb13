// This file names the inputs that cases share, with makers for cases of one operator.
import { attr } from "@kolm/onnx";
import type { GraphBuilder, Values } from "@kolm/onnx";
import type { Argument, Case } from "./differences.ts";

export const X: Argument = { dims: ["B", "T", 4] };
export const SMALL: Argument = { dims: [2, 3] };
export const POSITIVE: Argument = { ...SMALL, range: [0.5, 1.5] };
export const WIDE: Argument = { dims: [3, 4], range: [-3, 3] };
export const APART: Argument = { ...SMALL, values: [-1.2, -0.6, -0.3, 0.3, 0.7, 1.3] };

export const indices = (values: readonly number[], dims: readonly number[] = [values.length]): Values[string] => ({
  type: "int64",
  dims,
  data: BigInt64Array.from(values, BigInt),
});

/** y = op(x). */
export function unary(
  op: string,
  x: Argument,
  extra: Partial<Case> & { domain?: string; attributes?: Parameters<GraphBuilder["node"]>[2] } = {},
): Case {
  const { domain = "", attributes = {}, ...rest } = extra;
  return { name: op, wrt: { x }, build: (graph) => graph.node(op, ["x"], attributes, { domain })[0], ...rest };
}

/** y = op(a, b) for several ways of broadcasting. */
export function binary(op: string, range: readonly [number, number]): Case[] {
  const shapes = [
    [
      ["B", "T", 4],
      ["B", "T", 4],
    ],
    [["B", "T", 4], [4]],
    [
      ["B", 1, 4],
      ["T", 1],
    ],
    [[], ["B", 3]],
  ] as const;
  return shapes.map(([a, b]) => ({
    name: `${op} of [${a.join()}] and [${b.join()}]`,
    wrt: { a: { dims: a, range }, b: { dims: b, range } },
    build: (graph) => graph.node(op, ["a", "b"])[0],
  }));
}

/** y = reduce(x), then broadcast back against x so that a gradient kept small meets a full one. */
export function reduction(op: string, axes: readonly number[], keep: boolean, x: Argument = X): Case {
  const attributes = { keepdims: attr.int(Number(keep)) };
  const list = op === "ReduceSum";
  return {
    name: `${op} over ${axes.join()}${keep ? ", kept" : ""}`,
    wrt: { x },
    build: (graph) => {
      const [reduced] = list
        ? graph.node(op, ["x", graph.ints(axes)], attributes)
        : graph.node(op, ["x"], { ...attributes, axes: attr.ints(axes) });
      return keep ? graph.node("Mul", [reduced, "x"])[0] : reduced;
    },
  };
}

export function multiply(op: string, a: Argument, b: Argument, flags: readonly [number, number] = [0, 0]): Case {
  const attributes =
    op === "MatMul" ? {} : { transA: attr.int(flags[0]), transB: attr.int(flags[1]), alpha: attr.float(0.7) };
  return {
    name: `${op} ${flags.join()} of [${a.dims.join()}] and [${b.dims.join()}]`,
    wrt: { a, b },
    build: (graph) =>
      graph.node(op, ["a", "b"], attributes, { domain: op === "FusedMatMul" ? "com.microsoft" : "" })[0],
  };
}
