// This file holds the gradients of reductions, softmax, normalisation.
import { intAttribute } from "../build/attributes.ts";
import type { Dim } from "../graph.ts";
import { product } from "../shapes/dims.ts";
import { reducedAxes } from "../shapes/reduction.ts";
import { positiveAxis } from "../shapes/view.ts";
import { reshape, size } from "./sizes.ts";
import type { Rule, Step } from "./step.ts";
import type { Tape } from "./tape.ts";

/** Below this a norm counts as zero and passes no gradient. */
const TINY = 1e-30;

export const REDUCTIONS: Readonly<Record<string, Rule>> = {
  ReduceSum: (step) => [() => kept(step, step.full())],
  ReduceMean: (step) => [() => perElement(step, kept(step, step.full()))],
  ReduceL2: (step) => {
    const { tape } = step;
    const safe = (): string => tape.call("Max", [step.output(0), tape.number(TINY)]);
    return [() => tape.multiply(step.input(0), kept(step, tape.divide(step.full(), safe())))];
  },
  ReduceSumSquare: (step) => [() => step.tape.multiply(step.input(0), kept(step, step.tape.scale(step.full(), 2)))],
  ReduceMax: (step) => [() => toExtremes(step)],
  ReduceMin: (step) => [() => toExtremes(step)],
  Softmax: (step) => {
    const { tape } = step;
    const axis = positiveAxis(step.node, intAttribute(step.node, "axis", -1), step.dims(0).length);
    const y = step.output(0);
    return [
      () => {
        const g = step.full();
        return tape.multiply(y, tape.subtract(g, tape.sum(tape.multiply(g, y), [axis], true)));
      },
    ];
  },
  LogSoftmax: (step) => {
    const { tape } = step;
    const axis = positiveAxis(step.node, intAttribute(step.node, "axis", -1), step.dims(0).length);
    return [
      () => {
        const g = step.full();
        return tape.subtract(g, tape.multiply(tape.call("Exp", [step.output(0)]), tape.sum(g, [axis], true)));
      },
    ];
  },
  LayerNormalization: (step) => {
    const { g, tape } = step;
    const [mean, inverse] = [step.output(1), step.output(2)];
    const axes = normalisedAxes(step);
    const unit = (): string => tape.multiply(tape.subtract(step.input(0), mean), inverse);
    return [
      () => {
        const normal = unit();
        const scaled = tape.multiply(step.full(), step.input(1));
        const centred = tape.subtract(scaled, tape.mean(scaled, axes));
        const along = tape.multiply(normal, tape.mean(tape.multiply(scaled, normal), axes));
        return tape.multiply(tape.subtract(centred, along), inverse);
      },
      () => tape.multiply(step.full(), unit()),
      () => g,
    ];
  },
  SimplifiedLayerNormalization: (step) => {
    const { tape } = step;
    const inverse = step.output(1);
    const axes = normalisedAxes(step);
    const unit = (): string => tape.multiply(step.input(0), inverse);
    return [
      () => {
        const normal = unit();
        const scaled = tape.multiply(step.full(), step.input(1));
        const along = tape.multiply(normal, tape.mean(tape.multiply(scaled, normal), axes));
        return tape.multiply(tape.subtract(scaled, along), inverse);
      },
      () => tape.multiply(step.full(), unit()),
    ];
  },
};

/** Outputs that a rule reads and that an exported node may lack: how many the node must have. */
export const SAVED_OUTPUTS: Readonly<Record<string, number>> = {
  LayerNormalization: 3,
  SimplifiedLayerNormalization: 2,
};

/** Elements equal to the largest or smallest share the gradient evenly. */
function toExtremes(step: Step): string {
  const { tape } = step;
  const axes = reducedAxes(step.view());
  const extreme = tape.cast(tape.call("Equal", [step.input(0), kept(step, step.output(0))]), "float32");
  const share = tape.divide(kept(step, step.full()), tape.sum(extreme, axes, true));
  return tape.multiply(extreme, share);
}

function normalisedAxes(step: Step): number[] {
  const rank = step.dims(0).length;
  const axis = positiveAxis(step.node, intAttribute(step.node, "axis", -1), rank);
  return Array.from({ length: rank - axis }, (_, index) => axis + index);
}

/** A reduced value with its reduced axes back as size one. */
function kept(step: Step, value: string): string {
  const axes = new Set(reducedAxes(step.view()));
  return reshape(
    step.tape,
    value,
    step.dims(0).map((dim, axis): Dim => (axes.has(axis) ? 1 : dim)),
  );
}

function perElement(step: Step, gradient: string): string {
  const { tape } = step;
  const count = product(reducedAxes(step.view()).map((axis) => step.dims(0)[axis] ?? 1));
  if (typeof count === "number") return tape.scale(gradient, 1 / count);
  return tape.divide(gradient, floatSize(tape, count));
}

function floatSize(tape: Tape, dim: Dim): string {
  return tape.cast(reshape(tape, size(tape, dim), []), "float32");
}
