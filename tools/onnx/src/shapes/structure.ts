// This file infers the shapes of operators that move elements without computing on them.
import { intAttribute, intsAttribute } from "../build/attributes.ts";
import { constantOf } from "../build/constant.ts";
import type { DataType, Dim } from "../graph.ts";
import { broadcast, divideExactly, minus, plus, product } from "./dims.ts";
import { ELEMENT_LIMIT, positiveAxis, wrongShape } from "./view.ts";
import type { ShapeRule, View } from "./view.ts";

export const STRUCTURE_SHAPES: Readonly<Record<string, ShapeRule>> = {
  Concat: (view) => {
    const axis = positiveAxis(view.node, intAttribute(view.node, "axis", 0), view.dims(0).length);
    let total: Dim = view.dim(0, axis);
    for (let index = 1; index < view.count; index++) total = plus(total, view.dim(index, axis));
    return [{ type: view.type(0), dims: view.dims(0).with(axis, total) }];
  },
  Constant: (view) => {
    const constant = constantOf(view.node);
    if (constant === undefined) throw wrongShape(view.node, "only constants of numbers are read");
    return [constant];
  },
  ConstantOfShape: (view) => {
    const value = view.node.attributes["value"];
    const type: DataType = value?.kind === "tensor" ? value.value.type : "float32";
    return [{ type, dims: dimsFrom(view, 0) }];
  },
  Expand: (view) => [{ type: view.type(0), dims: broadcast(view.dims(0), dimsFrom(view, 1)) }],
  Flatten: (view) => {
    const rank = view.dims(0).length;
    const axis = intAttribute(view.node, "axis", 1);
    const cut = axis < 0 ? axis + rank : axis;
    return [{ type: view.type(0), dims: [product(view.dims(0).slice(0, cut)), product(view.dims(0).slice(cut))] }];
  },
  Gather: (view) => {
    const dims = view.dims(0);
    const axis = positiveAxis(view.node, intAttribute(view.node, "axis", 0), dims.length);
    return [{ type: view.type(0), dims: [...dims.slice(0, axis), ...view.dims(1), ...dims.slice(axis + 1)] }];
  },
  GatherElements: (view) => [{ type: view.type(0), dims: view.dims(1) }],
  Pad: (view) => [{ type: view.type(0), dims: padded(view) }],
  Range: (view) => [{ type: view.type(0), dims: [rangeLength(view)] }],
  Reshape: (view) => [{ type: view.type(0), dims: reshaped(view) }],
  Shape: (view) => [{ type: "int64", dims: [shapeSlice(view).length] }],
  Size: () => [{ type: "int64", dims: [] }],
  Slice: (view) => [{ type: view.type(0), dims: sliced(view) }],
  Split: (view) => split(view),
  Squeeze: (view) => {
    const dims = view.dims(0);
    const axes = view.has(1) ? view.integers(1).map((axis) => positiveAxis(view.node, axis, dims.length)) : undefined;
    return [
      { type: view.type(0), dims: dims.filter((dim, axis) => (axes === undefined ? dim !== 1 : !axes.includes(axis))) },
    ];
  },
  Tile: (view) => {
    const repeats = view.elements(1);
    const dims = view
      .dims(0)
      .map((dim, axis) => (repeats === undefined ? unknownDim(view, axis) : product([dim, repeats[axis] ?? 1])));
    return [{ type: view.type(0), dims }];
  },
  Transpose: (view) => {
    const dims = view.dims(0);
    const perm = intsAttribute(view.node, "perm") ?? dims.map((_, axis) => dims.length - 1 - axis);
    return [{ type: view.type(0), dims: perm.map((axis) => view.dim(0, axis)) }];
  },
  Unsqueeze: (view) => {
    const axes = view.integers(1);
    const rank = view.dims(0).length + axes.length;
    const inserted = new Set(axes.map((axis) => positiveAxis(view.node, axis, rank)));
    const rest = [...view.dims(0)];
    return [
      {
        type: view.type(0),
        dims: Array.from({ length: rank }, (_, axis) => (inserted.has(axis) ? 1 : (rest.shift() ?? 1))),
      },
    ];
  },
};

/** The dimensions that a Shape node reports, honouring start and end (opset 15). */
export function shapeSlice(view: View): readonly Dim[] {
  const end = view.node.attributes["end"];
  return view.dims(0).slice(intAttribute(view.node, "start", 0), end?.kind === "int" ? end.value : undefined);
}

/** Bounds of each sliced axis: start and end within the axis where known, and the step. */
export type SliceBound = { readonly axis: number; readonly start: Dim; readonly end: Dim; readonly step: number };

export function sliceBounds(view: View): readonly SliceBound[] | undefined {
  const [starts, ends] = [view.elements(1), view.elements(2)];
  if (starts === undefined || ends === undefined) return undefined;
  const axes = view.has(3) ? view.integers(3) : starts.map((_, axis) => axis);
  const steps = view.has(4) ? view.integers(4) : starts.map(() => 1);
  return axes.map((raw, index) => {
    const axis = positiveAxis(view.node, raw, view.dims(0).length);
    const step = steps[index] ?? 1;
    const size = view.dim(0, axis);
    return { axis, start: clamped(starts[index] ?? 0, size, step), end: clamped(ends[index] ?? 0, size, step), step };
  });
}

/** ONNX Slice clamps to [0, size], or to [-1, size-1] when stepping back. */
function clamped(bound: Dim, size: Dim, step: number): Dim {
  if (typeof bound !== "number") return bound;
  if (typeof size === "number") {
    const from = bound < 0 ? bound + size : bound;
    return step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, -1), size - 1);
  }
  if (bound >= 0x7fffffff) return step > 0 ? size : minus(size, 1);
  if (bound <= -0x7fffffff) return step > 0 ? 0 : -1;
  return bound < 0 ? minus(size, -bound) : bound;
}

function sliced(view: View): readonly Dim[] {
  const bounds = sliceBounds(view);
  let dims = view.dims(0);
  if (bounds === undefined) {
    if (!view.has(3)) return dims.map((_, axis) => unknownDim(view, axis));
    for (const axis of view.integers(3))
      dims = dims.with(positiveAxis(view.node, axis, dims.length), unknownDim(view, axis));
    return dims;
  }
  for (const { axis, start, end, step } of bounds) {
    const span = minus(end, start);
    const size =
      typeof span === "number" ? Math.max(0, Math.ceil(span / step)) : step === 1 ? span : unknownDim(view, axis);
    dims = dims.with(axis, size);
  }
  return dims;
}

function split(view: View): { type: DataType; dims: readonly Dim[] }[] {
  const axis = positiveAxis(view.node, intAttribute(view.node, "axis", 0), view.dims(0).length);
  const pieces = view.node.outputs.length;
  const whole = view.dim(0, axis);
  const sizes = view.has(1) ? view.integers(1) : evenSizes(view, whole, pieces);
  if (sizes.length !== pieces) throw wrongShape(view.node, `${sizes.length} sizes for ${pieces} outputs`);
  return sizes.map((size) => ({ type: view.type(0), dims: view.dims(0).with(axis, size) }));
}

function evenSizes(view: View, whole: Dim, pieces: number): Dim[] {
  if (typeof whole === "number") {
    const size = Math.ceil(whole / pieces);
    return Array.from({ length: pieces }, (_, index) => Math.min(size, whole - size * index));
  }
  const size = divideExactly(whole, pieces) ?? unknownDim(view, 0);
  return Array.from({ length: pieces }, () => size);
}

function padded(view: View): readonly Dim[] {
  const pads = view.elements(1);
  const dims = view.dims(0);
  if (pads === undefined || view.has(3)) return dims.map((_, axis) => unknownDim(view, axis));
  return dims.map((dim, axis) => plus(plus(dim, pads[axis] ?? 0), pads[axis + dims.length] ?? 0));
}

function rangeLength(view: View): Dim {
  const [start, limit, delta] = [view.elements(0)?.[0], view.elements(1)?.[0], view.elements(2)?.[0]];
  if (start === undefined || limit === undefined || typeof delta !== "number") return unknownDim(view, 0);
  const span = minus(limit, start);
  if (typeof span === "number") return Math.max(0, Math.ceil(span / delta));
  return delta === 1 ? span : unknownDim(view, 0);
}

function reshaped(view: View): readonly Dim[] {
  const target = dimsFrom(view, 1);
  const source = view.dims(0);
  const keepsZero = intAttribute(view.node, "allowzero", 0) !== 0;
  const dims = target.map((dim, axis) => (dim === 0 && !keepsZero ? view.dim(0, axis) : dim));
  const open = dims.indexOf(-1);
  if (open < 0) return dims;
  const rest = divideExactly(product(source), product(dims.filter((_, axis) => axis !== open)));
  return dims.with(open, rest ?? unknownDim(view, open));
}

/** The dimensions a shape-giving input spells out; unknown ones get names of their own. */
function dimsFrom(view: View, index: number): readonly Dim[] {
  const elements = view.elements(index);
  if (elements !== undefined) return elements;
  const length = view.dim(index, 0);
  if (typeof length !== "number" || length > ELEMENT_LIMIT)
    throw wrongShape(view.node, `the rank given by input ${index} is not known`);
  return Array.from({ length }, (_, axis) => unknownDim(view, axis));
}

function unknownDim(view: View, axis: number): Dim {
  return `${view.node.outputs[0] ?? ""}.${axis}`.replaceAll("*", "·");
}
