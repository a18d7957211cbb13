// This file recognises GELU written with the error function (Hendrycks and Gimpel, arXiv:1606.08415).
import type { Fusion } from "./fuse.ts";
import { orders, type Pattern } from "./pattern.ts";

/** x · ½ · (1 + erf(x/√2)), the three factors in any order. */
export const gelu: Fusion = (last, pattern) => {
  if (last.op !== "Mul") return undefined;
  for (const [product, factor] of orders(last.inputs)) {
    for (const [a, b] of orders(pattern.made(product, "Mul"))) {
      const x = inErf(a, pattern) ?? inErf(factor, pattern);
      const factors = [a, b, factor];
      const rest = factors.filter((name) => inErf(name, pattern) === undefined);
      if (x === undefined || rest.length !== 2 || !rest.includes(x)) continue;
      if (!rest.some((name) => pattern.number(name) === 0.5)) continue;
      return { ...last, op: "Gelu", domain: "com.microsoft", inputs: [x], attributes: {} };
    }
  }
  return undefined;
};

/** x of 1 + erf(x/√2). */
function inErf(value: string, pattern: Pattern): string | undefined {
  const [erf, one] = pattern.withNumber(pattern.made(value, "Add")) ?? [];
  const [scaled] = pattern.made(erf, "Erf") ?? [];
  if (one !== 1 || scaled === undefined) return undefined;
  const [above = "", below] = pattern.made(scaled, "Div") ?? [];
  if (isNear(pattern.number(below), Math.SQRT2)) return above;
  const [x, factor] = pattern.withNumber(pattern.made(scaled, "Mul")) ?? [];
  return isNear(factor, Math.SQRT1_2) ? x : undefined;
}

const isNear = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) < 1e-5;
