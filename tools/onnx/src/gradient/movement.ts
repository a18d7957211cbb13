// This file holds the gradients of operators that move elements.
import { attr, intAttribute, intsAttribute } from "../build/attributes.ts";
import type { Dim } from "../graph.ts";
import { minus, plus } from "../shapes/dims.ts";
import { sliceBounds } from "../shapes/structure.ts";
import { positiveAxis } from "../shapes/view.ts";
import { scatterAlong } from "./indexing.ts";
import { range, reshape, size, sizeVector } from "./sizes.ts";
import type { Rule, Step } from "./step.ts";

const reshaping: Rule = (step) => [() => reshape(step.tape, step.full(), step.dims(0))];

export const MOVEMENT: Readonly<Record<string, Rule>> = {
  Reshape: reshaping,
  Flatten: reshaping,
  Squeeze: reshaping,
  Unsqueeze: reshaping,
  Transpose: (step) => {
    const rank = step.dims(0).length;
    const perm = intsAttribute(step.node, "perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    const inverse = perm.map((_, axis) => perm.indexOf(axis));
    return [() => step.tape.call("Transpose", [step.full()], { perm: attr.ints(inverse) })];
  },
  Concat: (step) => {
    const axis = positiveAxis(step.node, intAttribute(step.node, "axis", 0), step.dims(0).length);
    return step.node.inputs.map((_, index) => () => piece(step, axis, index));
  },
  Split: (step) => {
    const axis = positiveAxis(step.node, intAttribute(step.node, "axis", 0), step.dims(0).length);
    return [() => step.tape.assume(step.tape.call("Concat", pieces(step), { axis: attr.int(axis) }), step.dims(0))];
  },
  Slice: (step) => [() => unslice(step)],
  Tile: (step) => [() => untile(step)],
  // What Trilu sets to zero passes no gradient.
  Trilu: (step) => [() => step.tape.call("Trilu", [step.full(), ...step.node.inputs.slice(1)], step.node.attributes)],
};

/** [.., n·d, ..] as [.., n, d, ..], summed over every n. */
function untile(step: Step): string {
  const { tape } = step;
  const dims = step.dims(0);
  const repeats = step.view().integers(1);
  const apart = dims.flatMap((dim, axis): Dim[] => [repeats[axis] ?? 1, dim]);
  const repeated = dims.map((_, axis) => 2 * axis);
  return reshape(tape, tape.sum(reshape(tape, step.full(), apart), repeated, false), dims);
}

/** The part of a concatenation's gradient that belongs to one input. */
function piece(step: Step, axis: number, index: number): string {
  const { tape } = step;
  let start = tape.integers([0]);
  for (let before = 0; before < index; before++) start = sum(step, start, step.dims(before)[axis] ?? 0);
  const end = sum(step, start, step.dims(index)[axis] ?? 0);
  return tape.assume(tape.call("Slice", [step.full(), start, end, tape.integers([axis])]), step.dims(index));
}

function sum(step: Step, offset: string, dim: Dim): string {
  const known = step.tape.shapes.known(offset).elements?.[0];
  const total = known === undefined ? undefined : plus(known, dim);
  return typeof total === "number" ? step.tape.integers([total]) : step.tape.add(offset, size(step.tape, dim));
}

/** Gradients of all outputs of a Split, zeros for those the loss does not use. */
function pieces(step: Step): string[] {
  const zero = { value: attr.tensor({ type: "float32", dims: [1], bytes: new Uint8Array(4) }) };
  return step.node.outputs.map(
    (_, index) =>
      step.gradient(index) ?? step.tape.call("ConstantOfShape", [sizeVector(step.tape, step.outputDims(index))], zero),
  );
}

/** Zeros around the slice; slices that step are scattered by index, one axis at a time. */
function unslice(step: Step): string {
  const { tape } = step;
  const bounds = sliceBounds(step.view());
  if (bounds === undefined || bounds.some(({ step: stride }) => stride !== 1)) return unstride(step);
  const dims = step.dims(0);
  const before = dims.map((): string => tape.integers([0]));
  const after = dims.map((): string => tape.integers([0]));
  for (const { axis, start, end } of bounds) {
    before[axis] = size(tape, start);
    const rest = minus(dims[axis] ?? 0, end);
    after[axis] =
      typeof rest === "number" ? tape.integers([rest]) : tape.subtract(size(tape, dims[axis] ?? 0), size(tape, end));
  }
  const known = [...before, ...after].map((name) => tape.shapes.known(name).elements?.[0]);
  const pads = known.every((pad) => typeof pad === "number")
    ? tape.integers(known)
    : tape.call("Concat", [...before, ...after], { axis: attr.int(0) });
  return tape.assume(tape.call("Pad", [step.full(), pads]), dims);
}

/** The positions a strided slice reads are found by slicing 0, 1, … the same way. */
function unstride(step: Step): string {
  const { tape } = step;
  const dims = step.dims(0);
  const axes = step.node.inputs[3] === undefined ? dims.map((_, axis) => axis) : step.view().integers(3);
  const [axis, ...others] = axes.map((raw) => positiveAxis(step.node, raw, dims.length));
  if (axis === undefined || others.length > 0) throw step.refuse("steps along several axes");
  const [, starts = "", ends = "", , strides = ""] = step.node.inputs;
  const bounds = [starts, ends, tape.integers([0]), ...(strides === "" ? [] : [strides])];
  const positions = tape.assume(tape.call("Slice", [range(tape, dims[axis] ?? 0), ...bounds]), [
    step.outputDims()[axis] ?? 0,
  ]);
  return scatterAlong(tape, { gradient: step.full(), indices: positions, dims, axis });
}
