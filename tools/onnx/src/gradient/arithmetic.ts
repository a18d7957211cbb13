// This file holds the gradients of arithmetic with broadcasting; the repeated axes are summed by the caller.
import { floatsOf } from "../tensor.ts";
import type { Rule, Step } from "./step.ts";

export const ARITHMETIC: Readonly<Record<string, Rule>> = {
  Add: ({ g }) => [() => g, () => g],
  Sub: ({ g, tape }) => [() => g, () => tape.call("Neg", [g])],
  Mul: (step) => [() => step.tape.multiply(step.g, step.input(1)), () => step.tape.multiply(step.g, step.input(0))],
  Div: (step) => {
    const { tape } = step;
    const quotient = (): string => tape.divide(step.g, step.input(1));
    return [quotient, () => tape.call("Neg", [tape.multiply(quotient(), step.output(0))])];
  },
  Sum: ({ g, node }) => node.inputs.map(() => () => g),
  Pow: (step) => [
    () => step.tape.multiply(step.g, powerSlope(step)),
    () => step.tape.multiply(step.tape.multiply(step.g, step.output(0)), step.tape.call("Log", [step.input(0)])),
  ],
  Max: (step) => extremum(step, "GreaterOrEqual", "Less"),
  Min: (step) => extremum(step, "LessOrEqual", "Greater"),
  Where: (step) => {
    const { g, tape } = step;
    const zero = tape.number(0);
    return [
      undefined,
      () => tape.call("Where", [step.input(0), g, zero]),
      () => tape.call("Where", [step.input(0), zero, g]),
    ];
  },
  Expand: ({ g }) => [() => g],
};

/** d(x^p)/dx = p·x^(p-1), without Pow for the exponents that norms use. */
function powerSlope(step: Step): string {
  const { tape } = step;
  const [base, exponent] = [step.input(0), step.input(1)];
  const constant = tape.constant(exponent);
  const power = constant?.type === "float32" && constant.bytes.length === 4 ? floatsOf(constant)[0] : undefined;
  if (power === 2) return tape.scale(base, 2);
  if (power === 0.5) return tape.divide(tape.number(0.5), step.output(0));
  const lower = tape.subtract(tape.cast(exponent, "float32"), tape.number(1));
  return tape.multiply(tape.cast(exponent, "float32"), tape.call("Pow", [base, lower]));
}

/** At a tie the whole gradient goes to the first input. */
function extremum(step: Step, first: string, second: string): ReturnType<Rule> {
  const { g, node, tape } = step;
  if (node.inputs.length === 1) return [() => g];
  if (node.inputs.length > 2) throw step.refuse("more than two inputs");
  const chosen = (op: string): string => tape.cast(tape.call(op, [step.input(0), step.input(1)]), "float32");
  return [() => tape.multiply(g, chosen(first)), () => tape.multiply(g, chosen(second))];
}
