// This file does the tensor arithmetic of the reference evaluation: broadcasting, products, reductions, moving of blocks.
import type { Dense } from "./model.ts";

export const size = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);
export const dense = (dims: readonly number[], data: ArrayLike<number>): Dense => ({
  dims,
  data: Float64Array.from(data),
});
export const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function softmax(row: Float64Array): Float64Array {
  const top = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - top));
  const total = sum([...powers]);
  return powers.map((power) => power / total);
}

export function rows(a: Dense, compute: (row: Float64Array) => Float64Array): Dense {
  const width = a.dims.at(-1) ?? 1;
  const data = new Float64Array(a.data.length);
  for (let start = 0; start < data.length; start += width)
    data.set(compute(a.data.subarray(start, start + width)), start);
  return { dims: a.dims, data };
}

/** Coordinates of a flat index. */
export function placeOf(index: number, dims: readonly number[]): number[] {
  let rest = index;
  return [...dims]
    .reverse()
    .map((length) => {
      const place = rest % length;
      rest = (rest - place) / length;
      return place;
    })
    .reverse();
}

/** Flat index of coordinates; a dimension of length 1 is read again and again. */
export function indexOf(place: readonly number[], dims: readonly number[]): number {
  return dims.reduce(
    (index, length, axis) => index * length + (length === 1 ? 0 : at(place, place.length - dims.length + axis)),
    0,
  );
}

export function broadcast(a: Dense, b: Dense, compute: (a: number, b: number) => number): Dense {
  const rank = Math.max(a.dims.length, b.dims.length);
  const length = (tensor: Dense, axis: number): number => tensor.dims[axis - rank + tensor.dims.length] ?? 1;
  const dims = Array.from({ length: rank }, (_, axis) => (length(a, axis) === 1 ? length(b, axis) : length(a, axis)));
  const data = new Float64Array(size(dims));
  for (let index = 0; index < data.length; index++) {
    const place = placeOf(index, dims);
    data[index] = compute(at(a.data, indexOf(place, a.dims)), at(b.data, indexOf(place, b.dims)));
  }
  return { dims, data };
}

export function matMul(a: Dense, b: Dense, transposed: boolean): Dense {
  const inner = at(a.dims, a.dims.length - 1);
  const outer = at(b.dims, b.dims.length - (transposed ? 2 : 1));
  const batched = b.dims.length > 2;
  const height = batched ? at(a.dims, a.dims.length - 2) : a.data.length / inner;
  const count = batched ? size(b.dims.slice(0, -2)) : 1;
  const data = new Float64Array(count * height * outer);
  for (let row = 0; row < count * height; row++) {
    const other = Math.floor(row / height) * inner * outer;
    for (let k = 0; k < inner; k++) {
      const factor = at(a.data, row * inner + k);
      for (let column = 0; column < outer; column++) {
        const value = at(b.data, other + (transposed ? column * inner + k : k * outer + column));
        data[row * outer + column] = at(data, row * outer + column) + factor * value;
      }
    }
  }
  return { dims: [...a.dims.slice(0, -1), outer], data };
}

export function reduce(
  a: Dense,
  { axes, keep, fold }: { axes: Dense; keep: boolean; fold: (values: readonly number[]) => number },
): Dense {
  const gone = new Set([...axes.data].map((axis) => (axis < 0 ? axis + a.dims.length : axis)));
  const kept = a.dims.map((length, axis) => (gone.has(axis) ? 1 : length));
  const groups: number[][] = Array.from({ length: size(kept) }, () => []);
  for (const [index, value] of a.data.entries()) groups[indexOf(placeOf(index, a.dims), kept)]?.push(value);
  return dense(keep ? kept : kept.filter((_, axis) => !gone.has(axis)), groups.map(fold));
}

export function transpose(a: Dense, order: readonly number[]): Dense {
  const dims = order.map((axis) => at(a.dims, axis));
  const data = new Float64Array(a.data.length);
  for (const [index, value] of a.data.entries()) {
    const place = placeOf(index, a.dims);
    data[
      indexOf(
        order.map((axis) => at(place, axis)),
        dims,
      )
    ] = value;
  }
  return { dims, data };
}

/** Where in a tensor of these dims each index tuple's block starts, and how long a block is. */
export function blocks(indices: Dense, dims: readonly number[]): { starts: number[]; width: number } {
  const depth = indices.dims.at(-1) ?? 0;
  const width = size(dims.slice(depth));
  const starts = Array.from({ length: indices.data.length / depth }, (_, row) => {
    const place = indices.data.subarray(row * depth, (row + 1) * depth);
    return dims.slice(0, depth).reduce((index, length, axis) => index * length + at(place, axis), 0) * width;
  });
  return { starts, width };
}

export function concat(parts: readonly Dense[], axis: number): Dense {
  const [first] = parts as [Dense];
  const outer = size(first.dims.slice(0, axis));
  const rowsOf = (part: Dense, index: number): number[] => [
    ...part.data.subarray((index * part.data.length) / outer, ((index + 1) * part.data.length) / outer),
  ];
  const data = Array.from({ length: outer }, (_, index) => parts.flatMap((part) => rowsOf(part, index))).flat();
  return dense(first.dims.with(axis, sum(parts.map((part) => at(part.dims, axis)))), data);
}

export function split(a: Dense, sizes: readonly number[], axis: number): Dense[] {
  const inner = size(a.dims.slice(axis + 1));
  const width = at(a.dims, axis) * inner;
  let offset = 0;
  return sizes.map((length) => {
    const from = offset;
    offset += length * inner;
    const data = Array.from({ length: a.data.length / width }, (_, row) => [
      ...a.data.subarray(row * width + from, row * width + from + length * inner),
    ]).flat();
    return dense(a.dims.with(axis, length), data);
  });
}
