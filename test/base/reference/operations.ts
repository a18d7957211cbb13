// This file computes each TensorFlow operation of the model by plain loops in double precision.
import {
  at,
  blocks,
  broadcast,
  concat,
  dense,
  indexOf,
  matMul,
  placeOf,
  reduce,
  rows,
  size,
  softmax,
  split,
  sum,
  transpose,
} from "./dense.ts";
import type { Dense, TfNode } from "./model.ts";

const scalar = (tensor: Dense): number => at(tensor.data, 0);
const flag = (node: TfNode, name: string): boolean => node.attr?.[name]?.b === true;
const integer = (node: TfNode, name: string): number => Number(node.attr?.[name]?.i ?? 0);

type Operation = (inputs: readonly [Dense, ...Dense[]], node: TfNode) => Dense | readonly Dense[];

const two =
  (compute: (a: number, b: number) => number): Operation =>
  ([a, b]) =>
    broadcast(a, b as Dense, compute);
const one =
  (compute: (a: number) => number): Operation =>
  ([a]) =>
    dense(a.dims, a.data.map(compute));
const same: Operation = ([a]) => a;

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  Add: two((a, b) => a + b),
  BiasAdd: two((a, b) => a + b),
  Sub: two((a, b) => a - b),
  Mul: two((a, b) => a * b),
  RealDiv: two((a, b) => a / b),
  Maximum: two(Math.max),
  Less: two((a, b) => Number(a < b)),
  Greater: two((a, b) => Number(a > b)),
  Square: one((a) => a * a),
  Rsqrt: one((a) => 1 / Math.sqrt(a)),
  Relu: one((a) => Math.max(0, a)),
  Tanh: one(Math.tanh),
  Sin: one(Math.sin),
  Cos: one(Math.cos),
  LogicalNot: one((a) => 1 - a),
  Cast: same,
  Shape: ([a]) => dense([a.dims.length], a.dims),
  Pack: (parts) =>
    dense(
      [parts.length, ...parts[0].dims],
      parts.flatMap((part) => [...part.data]),
    ),
  Reshape: ([a, shape]) => {
    const dims = [...(shape as Dense).data];
    const known = size(dims.filter((length) => length >= 0));
    return dense(
      dims.map((length) => (length < 0 ? a.data.length / known : length)),
      a.data,
    );
  },
  ExpandDims: ([a, axis]) =>
    dense(
      a.dims.toSpliced(
        scalar(axis as Dense) < 0 ? a.dims.length + 1 + scalar(axis as Dense) : scalar(axis as Dense),
        0,
        1,
      ),
      a.data,
    ),
  Squeeze: ([a], node) => {
    const axes = (node.attr?.["squeeze_dims"]?.list?.i ?? []).map(Number);
    return dense(
      a.dims.filter((_, axis) => !axes.includes(axis)),
      a.data,
    );
  },
  MatMul: ([a, b]) => matMul(a, b as Dense, false),
  BatchMatMul: ([a, b], node) => matMul(a, b as Dense, flag(node, "adj_y")),
  // Every convolution here is 1×1 with stride 1, which is a matrix product over the channels.
  Conv2D: ([a, kernel]) => matMul(a, { dims: (kernel as Dense).dims.slice(2), data: (kernel as Dense).data }, false),
  Softmax: ([a]) => rows(a, softmax),
  Mean: ([a, axes], node) =>
    reduce(a, { axes: axes as Dense, keep: flag(node, "keep_dims"), fold: (values) => sum(values) / values.length }),
  Sum: ([a, axes], node) => reduce(a, { axes: axes as Dense, keep: flag(node, "keep_dims"), fold: sum }),
  Prod: ([a, axes], node) =>
    reduce(a, {
      axes: axes as Dense,
      keep: flag(node, "keep_dims"),
      fold: (values) => values.reduce((x, y) => x * y, 1),
    }),
  Max: ([a, axes], node) =>
    reduce(a, { axes: axes as Dense, keep: flag(node, "keep_dims"), fold: (values) => Math.max(...values) }),
  Transpose: ([a, order]) => transpose(a, [...(order as Dense).data]),
  Range: ([from, to, step]) => {
    const count = Math.ceil((scalar(to as Dense) - scalar(from)) / scalar(step as Dense));
    return dense(
      [count],
      Array.from({ length: count }, (_, index) => scalar(from) + index * scalar(step as Dense)),
    );
  },
  Where: ([a]) => {
    const places = [...a.data.keys()].filter((index) => at(a.data, index) !== 0);
    return dense(
      [places.length, a.dims.length],
      places.flatMap((place) => placeOf(place, a.dims)),
    );
  },
  GatherV2: ([a, indices]) => {
    const width = size(a.dims.slice(1));
    const { dims, data } = indices as Dense;
    return dense(
      [...dims, ...a.dims.slice(1)],
      [...data].flatMap((row) => [...a.data.subarray(row * width, (row + 1) * width)]),
    );
  },
  GatherNd: ([a, indices]) => {
    const { starts, width } = blocks(indices as Dense, a.dims);
    return dense(
      [starts.length, ...a.dims.slice((indices as Dense).dims.at(-1))],
      starts.flatMap((start) => [...a.data.subarray(start, start + width)]),
    );
  },
  ScatterNd: ([indices, updates, shape]) => {
    const dims = [...(shape as Dense).data];
    const { starts, width } = blocks(indices, dims);
    const data = new Float64Array(size(dims));
    for (const [row, start] of starts.entries())
      data.set((updates as Dense).data.subarray(row * width, (row + 1) * width), start);
    return { dims, data };
  },
  SparseToDense: ([indices, shape, values, rest]) => {
    const dims = [...(shape as Dense).data];
    const data = new Float64Array(size(dims)).fill(scalar(rest as Dense));
    for (const [row, start] of blocks(indices, dims).starts.entries()) data[start] = at((values as Dense).data, row);
    return { dims, data };
  },
  ConcatV2: (inputs) => concat(inputs.slice(0, -1), scalar(inputs.at(-1) as Dense)),
  SplitV: ([a, sizes, axis]) => split(a, [...(sizes as Dense).data], scalar(axis as Dense)),
  Slice: ([a, begin, length]) =>
    dense(
      [scalar(length as Dense)],
      a.data.slice(scalar(begin as Dense), scalar(begin as Dense) + scalar(length as Dense)),
    ),
  StridedSlice: ([a, begin, end], node) => stridedSlice(a, { begin: begin as Dense, end: end as Dense, node }),
};

function stridedSlice(a: Dense, { begin, end, node }: { begin: Dense; end: Dense; node: TfNode }): Dense {
  const bit = (name: string, axis: number): boolean => ((integer(node, name) >> axis) & 1) === 1;
  const spans = a.dims.map((length, axis) => {
    const from = axis >= begin.data.length || bit("begin_mask", axis) ? 0 : at(begin.data, axis);
    const given = axis >= end.data.length || bit("end_mask", axis) ? length : at(end.data, axis);
    return { from, length: bit("shrink_axis_mask", axis) ? 1 : given - from };
  });
  const dims = spans.map((span) => span.length);
  const data = Array.from({ length: size(dims) }, (_, index) =>
    at(
      a.data,
      indexOf(
        placeOf(index, dims).map(
          (place, axis) =>
            place +
            at(
              spans.map((span) => span.from),
              axis,
            ),
        ),
        a.dims,
      ),
    ),
  );
  return dense(
    dims.filter((_, axis) => !bit("shrink_axis_mask", axis)),
    data,
  );
}
