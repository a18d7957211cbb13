// This file holds the gradients of operators that pick elements by index.
import { intAttribute } from "../build/attributes.ts";
import type { Dim } from "../graph.ts";
import { product, sameDims } from "../shapes/dims.ts";
import { positiveAxis } from "../shapes/view.ts";
import { range, reshape, size } from "./sizes.ts";
import type { Rule } from "./step.ts";
import type { Tape } from "./tape.ts";

export const INDEXING: Readonly<Record<string, Rule>> = {
  Gather: (step) => {
    const dims = step.dims(0);
    const axis = positiveAxis(step.node, intAttribute(step.node, "axis", 0), dims.length);
    return [() => scatterAlong(step.tape, { gradient: step.full(), indices: step.input(1), dims, axis }), undefined];
  },
  GatherElements: (step) => {
    const dims = step.dims(0);
    const axis = positiveAxis(step.node, intAttribute(step.node, "axis", 0), dims.length);
    if (!sameDims(dims.toSpliced(axis, 1), step.dims(1).toSpliced(axis, 1)))
      throw step.refuse("indices smaller than the input");
    const { tape } = step;
    const rank = dims.length;
    return [
      () => {
        const places = reshape(
          tape,
          range(tape, dims[axis] ?? 0),
          dims.map((dim, at): Dim => (at === axis ? dim : 1)),
        );
        const indices = positive(tape, step.input(1), dims[axis] ?? 0);
        // [.., picks, 1, ..] against [.., 1, places, ..]: a 0/1 map summed over the picks.
        const map = tape.call("Equal", [
          tape.call("Unsqueeze", [indices, tape.integers([axis + 1])]),
          tape.call("Unsqueeze", [places, tape.integers([axis])]),
        ]);
        const spread = tape.call("Unsqueeze", [step.full(), tape.integers([axis + 1])]);
        const chosen = tape.multiply(tape.cast(map, "float32"), spread);
        return tape.assume(tape.sum(chosen, [axis], false), dims.slice(0, rank));
      },
      undefined,
    ];
  },
};

/** What scatterAlong puts where: gradient is [before, indices, after], the answer has dims. */
type Scatter = {
  readonly gradient: string;
  readonly indices: string;
  readonly dims: readonly Dim[];
  readonly axis: number;
};

/**
 * Adds up the gradient's entries at the places they were gathered from, as a product with a 0/1 matrix:
 * ONNX Runtime's parallel ScatterND adds in no fixed order.
 */
export function scatterAlong(tape: Tape, { gradient, indices, dims, axis }: Scatter): string {
  const places = dims[axis] ?? 0;
  const picks = product(tape.dims(indices));
  const before = product(dims.slice(0, axis));
  const after = product(dims.slice(axis + 1));
  const row = reshape(tape, positive(tape, indices, places), [1, picks]);
  const column = reshape(tape, range(tape, places), [places, 1]);
  const map = tape.cast(tape.call("Equal", [column, row]), "float32");
  const entries = reshape(tape, gradient, before === 1 ? [picks, after] : [before, picks, after]);
  return reshape(tape, tape.matmul(map, entries), dims);
}

/** Indices count from the front, as int64. */
function positive(tape: Tape, indices: string, places: Dim): string {
  const known = tape.constant(indices);
  const wide = tape.cast(indices, "int64");
  const elements = tape.shapes.known(indices).elements;
  if (known !== undefined && elements?.every((element) => typeof element === "number" && element >= 0) === true)
    return wide;
  const negative = tape.call("Less", [wide, tape.integers([0], [])]);
  return tape.call("Where", [negative, tape.add(wide, size(tape, places)), wide]);
}
