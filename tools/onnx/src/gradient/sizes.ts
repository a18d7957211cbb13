// This file gives gradients the sizes of the values they belong to, reading runtime sizes only where it must.
import { KolmError } from "@kolm/format";
import { attr } from "../build/attributes.ts";
import type { Dim } from "../graph.ts";
import { parse, sameDims } from "../shapes/dims.ts";
import type { Tape } from "./tape.ts";

/** Undoes broadcasting: sums a gradient over the axes along which the value was repeated. */
export function sumTo(tape: Tape, gradient: string, dims: readonly Dim[]): string {
  const from = tape.dims(gradient);
  const leading = Math.max(0, from.length - dims.length);
  const shift = dims.length - from.length;
  const repeated: number[] = [];
  for (let axis = leading; axis < from.length; axis++) {
    const [have, want] = [from[axis], dims[axis + shift]];
    if (have === want || have === 1) continue;
    if (want !== 1) throw ambiguous(from, dims);
    repeated.push(axis);
  }
  const kept = repeated.length === 0 ? gradient : tape.sum(gradient, repeated, true);
  return leading === 0
    ? kept
    : tape.sum(
        kept,
        Array.from({ length: leading }, (_, axis) => axis),
        false,
      );
}

function ambiguous(from: readonly Dim[], to: readonly Dim[]): KolmError {
  return new KolmError(
    "GRADIENT_SHAPE",
    `a gradient of [${from.join(",")}] cannot be matched to a value of [${to.join(",")}]`,
    {
      hint: "Give equal dimensions equal names in the model's inputs.",
    },
  );
}

/** The gradient at its full size: a gradient may be kept smaller where it repeats along an axis. */
export function fullSize(tape: Tape, gradient: string, dims: readonly Dim[]): string {
  const from = tape.dims(gradient);
  if (sameDims(from, dims)) return gradient;
  const shift = dims.length - from.length;
  const target = dims.map((dim, axis): Dim => (axis >= shift && from[axis - shift] === dim ? 1 : dim));
  return tape.assume(tape.call("Expand", [gradient, sizeVector(tape, target)]), dims);
}

/** Reshape with the cheapest shape input: a constant wherever one unknown or only copied dimensions remain. */
export function reshape(tape: Tape, value: string, dims: readonly Dim[]): string {
  const from = tape.dims(value);
  if (sameDims(from, dims)) return value;
  const copied = dims.map((dim, axis) => (typeof dim === "string" && dim === from[axis] ? 0 : dim));
  const target = [dims, copied].find((option) => option.filter((dim) => typeof dim === "string").length <= 1);
  const shape =
    target === undefined
      ? sizeVector(tape, dims)
      : tape.integers(target.map((dim) => (typeof dim === "string" ? -1 : dim)));
  return tape.assume(tape.call("Reshape", [value, shape]), dims);
}

/** An int64 vector of sizes: a constant, or read at run time from values that have those sizes. */
export function sizeVector(tape: Tape, dims: readonly Dim[]): string {
  if (dims.every((dim) => typeof dim === "number")) return tape.integers(dims);
  return tape.call(
    "Concat",
    dims.map((dim) => size(tape, dim)),
    { axis: attr.int(0) },
  );
}

/** One size as an int64 vector of one element. */
export function size(tape: Tape, dim: Dim): string {
  if (typeof dim === "number") return tape.integers([dim]);
  const source = tape.source(dim);
  if (source !== undefined) {
    return tape.call("Gather", [tape.call("Shape", [source.value]), tape.integers([source.axis])], {
      axis: attr.int(0),
    });
  }
  const { coefficient, symbols } = parse(dim);
  if (symbols.length === 1 && coefficient === 1) {
    throw new KolmError("GRADIENT_SHAPE", `no value tells the size of dimension ${JSON.stringify(dim)}`, {
      hint: "Export the model with named batch and sequence dimensions.",
    });
  }
  return symbols
    .map((symbol) => size(tape, symbol))
    .reduce((a, b) => tape.multiply(a, b), tape.integers([coefficient]));
}

/** 0, 1, … up to a size, as an int64 vector. */
export function range(tape: Tape, dim: Dim): string {
  if (typeof dim === "number") return tape.integers(Array.from({ length: dim }, (_, index) => index));
  const limit = tape.call("Squeeze", [size(tape, dim), tape.integers([0])]);
  return tape.assume(tape.call("Range", [tape.integers([0], []), limit, tape.integers([1], [])]), [dim]);
}
