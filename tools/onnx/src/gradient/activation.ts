// This file holds the gradients of functions of one number.
import { floatAttribute, stringAttribute } from "../build/attributes.ts";
import type { Rule, Step } from "./step.ts";

const TWO_OVER_ROOT_PI = 1.1283791670955126;
const ROOT_HALF = 0.7071067811865476;
const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const ROOT_TWO_OVER_PI = 0.7978845608028654;
const TANH_GELU_CUBE = 0.044715;
const LARGEST = 3.4028234663852886e38;

/** dy/dx from the node, to be multiplied with the gradient. */
type Slope = (step: Step) => string;

const times =
  (slope: Slope): Rule =>
  (step) => [() => step.tape.multiply(step.g, slope(step))];

const gelu: Rule = times((step) => {
  const approximate = stringAttribute(step.node, "approximate", "none") === "tanh" || step.node.op === "FastGelu";
  if (step.node.op === "FastGelu" && step.node.inputs.length > 1) throw step.refuse("a bias input");
  return approximate ? tanhGeluSlope(step) : geluSlope(step);
});

export const ACTIVATIONS: Readonly<Record<string, Rule>> = {
  Identity: ({ g }) => [() => g],
  Cast: (step) => {
    if (step.tape.type(step.input(0)) !== "float32") throw step.refuse("a cast from another type");
    return [() => step.g];
  },
  Neg: ({ g, tape }) => [() => tape.call("Neg", [g])],
  Abs: times((step) => step.tape.call("Sign", [step.input(0)])),
  Sqrt: (step) => [() => step.tape.divide(step.tape.scale(step.g, 0.5), step.output(0))],
  Reciprocal: times((step) => step.tape.call("Neg", [square(step, step.output(0))])),
  Exp: times((step) => step.output(0)),
  Log: (step) => [() => step.tape.divide(step.g, step.input(0))],
  Sin: times((step) => step.tape.call("Cos", [step.input(0)])),
  Cos: times((step) => step.tape.call("Neg", [step.tape.call("Sin", [step.input(0)])])),
  Erf: times((step) => {
    const bell = step.tape.call("Exp", [step.tape.call("Neg", [square(step, step.input(0))])]);
    return step.tape.scale(bell, TWO_OVER_ROOT_PI);
  }),
  Tanh: times((step) => step.tape.subtract(step.tape.number(1), square(step, step.output(0)))),
  Sigmoid: times((step) => step.tape.multiply(step.output(0), step.tape.subtract(step.tape.number(1), step.output(0)))),
  // y ≥ 0 stretched and cut at 1 is the 0/1 slope; Sign is slower by far, and a boolean tensor too.
  Relu: times((step) => {
    const { tape } = step;
    return tape.call("Clip", [tape.scale(step.output(0), LARGEST), tape.number(0), tape.number(1)]);
  }),
  LeakyRelu: (step) => {
    const { g, tape } = step;
    const positive = tape.call("Greater", [step.input(0), tape.number(0)]);
    return [() => tape.call("Where", [positive, g, tape.scale(g, floatAttribute(step.node, "alpha", 0.01))])];
  },
  Elu: (step) => {
    const { g, tape } = step;
    // Below zero y = α(eˣ − 1), so the slope is y + α.
    const slope = tape.add(step.output(0), tape.number(floatAttribute(step.node, "alpha", 1)));
    const positive = tape.call("Greater", [step.input(0), tape.number(0)]);
    return [() => tape.call("Where", [positive, g, tape.multiply(g, slope)])];
  },
  Softplus: times((step) => step.tape.call("Sigmoid", [step.input(0)])),
  Clip: (step) => {
    // Where clipping changed the number the slope is zero.
    const inside = step.tape.call("Equal", [step.input(0), step.output(0)]);
    return [() => step.tape.multiply(step.g, step.tape.cast(inside, "float32"))];
  },
  Gelu: gelu,
  "com.microsoft.Gelu": gelu,
  "com.microsoft.FastGelu": gelu,
  "com.microsoft.QuickGelu": times((step) => {
    const { tape } = step;
    const scaled = tape.scale(step.input(0), floatAttribute(step.node, "alpha", 1.702));
    const gate = tape.call("Sigmoid", [scaled]);
    const rest = tape.add(tape.number(1), tape.multiply(scaled, tape.subtract(tape.number(1), gate)));
    return tape.multiply(gate, rest);
  }),
};

function square(step: Step, value: string): string {
  return step.tape.multiply(value, value);
}

/** Φ(x) + x·φ(x) (Hendrycks and Gimpel, arXiv:1606.08415). */
function geluSlope(step: Step): string {
  const { tape } = step;
  const x = step.input(0);
  const cumulative = tape.scale(tape.add(tape.call("Erf", [tape.scale(x, ROOT_HALF)]), tape.number(1)), 0.5);
  const density = tape.scale(tape.call("Exp", [tape.scale(square(step, x), -0.5)]), INVERSE_ROOT_TWO_PI);
  return tape.add(cumulative, tape.multiply(x, density));
}

/** Slope of ½x(1 + tanh u), u = √(2/π)·(x + 0.044715·x³). */
function tanhGeluSlope(step: Step): string {
  const { tape } = step;
  const x = step.input(0);
  const one = tape.number(1);
  const cubed = tape.scale(square(step, x), TANH_GELU_CUBE);
  const u = tape.multiply(tape.scale(x, ROOT_TWO_OVER_PI), tape.add(one, cubed));
  const bent = tape.call("Tanh", [u]);
  const slope = tape.scale(tape.add(one, tape.scale(cubed, 3)), ROOT_TWO_OVER_PI);
  const inner = tape.multiply(tape.multiply(x, slope), tape.subtract(one, square(step, bent)));
  return tape.scale(tape.add(tape.add(one, bent), inner), 0.5);
}
