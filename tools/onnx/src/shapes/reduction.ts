// This file infers the shapes of reductions, normalisations, matrix products.
import { intAttribute, intsAttribute } from "../build/attributes.ts";
import type { Dim } from "../graph.ts";
import { broadcast } from "./dims.ts";
import { positiveAxis, wrongShape } from "./view.ts";
import type { ShapeRule, View } from "./view.ts";

const reduce: ShapeRule = (view) => {
  const keep = intAttribute(view.node, "keepdims", 1) !== 0;
  const axes = new Set(reducedAxes(view));
  const dims = view.dims(0).map((dim, axis): Dim => (axes.has(axis) ? 1 : dim));
  return [{ type: view.type(0), dims: keep ? dims : dims.filter((_, axis) => !axes.has(axis)) }];
};

const argument: ShapeRule = (view) => {
  const axis = positiveAxis(view.node, intAttribute(view.node, "axis", 0), view.dims(0).length);
  const keep = intAttribute(view.node, "keepdims", 1) !== 0;
  const dims = keep ? view.dims(0).with(axis, 1) : view.dims(0).filter((_, other) => other !== axis);
  return [{ type: "int64", dims }];
};

const normalise: ShapeRule = (view) => {
  const dims = view.dims(0);
  const axis = positiveAxis(view.node, intAttribute(view.node, "axis", -1), dims.length);
  const saved = { type: view.type(0), dims: dims.map((dim, at): Dim => (at >= axis ? 1 : dim)) };
  return [view.input(0), saved, saved];
};

export const REDUCTION_SHAPES: Readonly<Record<string, ShapeRule>> = {
  ReduceL2: reduce,
  ReduceMax: reduce,
  ReduceMean: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceSum: reduce,
  ReduceSumSquare: reduce,
  ReduceLogSumExp: reduce,
  ReduceL1: reduce,
  ArgMax: argument,
  ArgMin: argument,
  LayerNormalization: normalise,
  SimplifiedLayerNormalization: normalise,
  MatMul: (view) => [{ type: view.type(0), dims: multiplied(view, view.dims(0), view.dims(1)) }],
  "com.microsoft.FusedMatMul": (view) => {
    const { node } = view;
    if (intAttribute(node, "transBatchA", 0) !== 0 || intAttribute(node, "transBatchB", 0) !== 0) {
      throw wrongShape(node, "transposed batches are not supported");
    }
    const a = intAttribute(node, "transA", 0) === 0 ? view.dims(0) : swapLast(view.dims(0));
    const b = intAttribute(node, "transB", 0) === 0 ? view.dims(1) : swapLast(view.dims(1));
    return [{ type: view.type(0), dims: multiplied(view, a, b) }];
  },
  Gemm: (view) => {
    const rows = view.dim(0, intAttribute(view.node, "transA", 0) === 0 ? 0 : 1);
    const columns = view.dim(1, intAttribute(view.node, "transB", 0) === 0 ? 1 : 0);
    return [{ type: view.type(0), dims: [rows, columns] }];
  },
};

/** The axes a reduction works on, counted from the front; attribute before opset 13 or 18, input after. */
export function reducedAxes(view: View): readonly number[] {
  const rank = view.dims(0).length;
  const axes = view.has(1) ? view.integers(1) : intsAttribute(view.node, "axes");
  if (axes === undefined || axes.length === 0) {
    if (intAttribute(view.node, "noop_with_empty_axes", 0) !== 0) return [];
    return view.dims(0).map((_, axis) => axis);
  }
  return axes.map((axis) => positiveAxis(view.node, axis, rank));
}

function swapLast(dims: readonly Dim[]): readonly Dim[] {
  const [rows, columns] = dims.slice(-2);
  return rows === undefined || columns === undefined ? dims : [...dims.slice(0, -2), columns, rows];
}

function multiplied(view: View, a: readonly Dim[], b: readonly Dim[]): readonly Dim[] {
  const left: readonly Dim[] = a.length === 1 ? [1, ...a] : a;
  const right: readonly Dim[] = b.length === 1 ? [...b, 1] : b;
  const [rows, inner] = left.slice(-2);
  const [other, columns] = right.slice(-2);
  if (rows === undefined || inner === undefined || other === undefined || columns === undefined) {
    throw wrongShape(view.node, "a matrix product of scalars");
  }
  if (typeof inner === "number" && typeof other === "number" && inner !== other) {
    throw wrongShape(view.node, `[${a.join(",")}] times [${b.join(",")}] does not fit`);
  }
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  return [...batch, ...(a.length === 1 ? [] : [rows]), ...(b.length === 1 ? [] : [columns])];
}
