// This file is the table of gradient rules: operator to rule.
import { ACTIVATIONS } from "./activation.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { INDEXING } from "./indexing.ts";
import { MATRIX } from "./matrix.ts";
import { MOVEMENT } from "./movement.ts";
import { REDUCTIONS } from "./reduction.ts";
import type { Rule } from "./step.ts";

/** Rotation is linear and orthogonal: the gradient turns back, with the sine negated. */
const rotary: Rule = (step) => {
  const [, positions = "", cosine = "", sine = ""] = step.node.inputs;
  return [
    () => {
      const back = step.tape.call("Neg", [sine]);
      return step.tape.call(
        "RotaryEmbedding",
        [step.full(), positions, cosine, back],
        step.node.attributes,
        step.node.domain,
      );
    },
  ];
};

/** Rules that are right for a gradient kept smaller than its value, as long as no input was broadcast. */
export const POINTWISE_RULES: Readonly<Record<string, Rule>> = { ...ARITHMETIC, ...ACTIVATIONS };

/** All other rules: they ask the step for the gradient at full size. */
export const SHAPED_RULES: Readonly<Record<string, Rule>> = {
  ...MATRIX,
  ...MOVEMENT,
  ...INDEXING,
  ...REDUCTIONS,
  "com.microsoft.RotaryEmbedding": rotary,
};

/** Operators with a gradient, in code-unit order. */
export const DIFFERENTIABLE: readonly string[] = [...Object.keys(POINTWISE_RULES), ...Object.keys(SHAPED_RULES)].sort();
