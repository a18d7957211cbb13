// This file recognises LayerNorm (Ba et al., arXiv:1607.06450) and RMSNorm (Zhang and Sennrich, arXiv:1910.07467).
import { attr } from "../../build/attributes.ts";
import type { Node } from "../../graph.ts";
import type { Fusion } from "./fuse.ts";
import { orders, type Pattern } from "./pattern.ts";

/** (x − mean) ÷ √(mean of squares + ε) · scale + bias. */
export const layerNorm: Fusion = (last, pattern) => {
  if (last.op !== "Add") return undefined;
  for (const [product, bias] of orders(last.inputs)) {
    for (const [unit, scale] of orders(pattern.made(product, "Mul"))) {
      const [centred = "", deviation = ""] = pattern.made(unit, "Div") ?? [];
      const [x, mean] = pattern.made(centred, "Sub") ?? [];
      const root = rootOfMeanSquare(deviation, pattern);
      if (x === undefined || root?.of !== centred || pattern.meanOfLast(mean) !== x) continue;
      if (!pattern.isPerChannel(scale, x) || !pattern.isPerChannel(bias, x)) continue;
      return one(last, "LayerNormalization", { inputs: [x, scale, bias], epsilon: root.epsilon });
    }
  }
  return undefined;
};

/** x · 1/√(mean of squares + ε) · scale, or x ÷ √…. */
export const rmsNorm: Fusion = (last, pattern) => {
  if (last.op !== "Mul") return undefined;
  for (const [unit, scale] of orders(last.inputs)) {
    for (const [x, deviation] of quotients(unit, pattern)) {
      const root = rootOfMeanSquare(deviation, pattern);
      if (root?.of !== x || !pattern.isPerChannel(scale, x)) continue;
      return one(last, "SimplifiedLayerNormalization", { inputs: [x, scale], epsilon: root.epsilon });
    }
  }
  return undefined;
};

/** Ways to read a value as one value over another. */
function* quotients(value: string, pattern: Pattern): Generator<readonly [string, string]> {
  const [above, below] = pattern.made(value, "Div") ?? [];
  if (above !== undefined && below !== undefined) yield [above, below];
  for (const [x, inverse] of orders(pattern.made(value, "Mul"))) {
    const [one, under] = pattern.made(inverse, "Div") ?? [];
    if (under !== undefined && pattern.number(one) === 1) yield [x, under];
    const [turned] = pattern.made(inverse, "Reciprocal") ?? [];
    if (turned !== undefined) yield [x, turned];
  }
}

/** √(mean over the last axis of v² + ε): v and ε. */
function rootOfMeanSquare(value: string, pattern: Pattern): { of: string; epsilon: number } | undefined {
  const [radicand] = pattern.made(value, "Sqrt") ?? [];
  const [mean, epsilon] = pattern.withNumber(pattern.made(radicand, "Add")) ?? [];
  const of = pattern.squared(pattern.meanOfLast(mean));
  return of === undefined || epsilon === undefined ? undefined : { of, epsilon };
}

function one(last: Node, op: string, { inputs, epsilon }: { inputs: readonly string[]; epsilon: number }): Node {
  const saves = op === "SimplifiedLayerNormalization" ? { stash_type: attr.int(1) } : {};
  return { ...last, op, inputs, attributes: { axis: attr.int(-1), epsilon: attr.float(epsilon), ...saves } };
}
