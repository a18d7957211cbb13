// This file compiles the operations that compute with decimals (SPEC.md §8.11).
import type { NodeOf } from "../language/node.ts";
import { roundDecimal, scaleDecimal } from "../number/arithmetic.ts";
import type { Evaluate } from "./run.ts";
import { onText } from "./text.ts";

export function scale(node: NodeOf<"scale">, operand: Evaluate): Evaluate {
  return onText(operand, (text) => scaleDecimal(text, node));
}

export function round({ to, way }: NodeOf<"round">, operand: Evaluate): Evaluate {
  return onText(operand, (text) => roundDecimal(text, to, way));
}
