// This file finds the constant that turns a number read into a number of the output: added, multiplied, divided, rounded.
import { constantBetween, parseValue, roundDecimal, type Scaling, scaleDecimal, type Way } from "@kolm/recipe";
import type { Rows, Term } from "../term.ts";

/** Constants that one example is enough for, with what each costs; others need two different numbers. */
const USUAL: readonly (readonly [Scaling, number])[] = [
  [{ times: "100" }, 1.6],
  [{ over: "100" }, 1.6],
  [{ times: "1000" }, 1.6],
  [{ over: "1000" }, 1.6],
  [{ times: "10" }, 2],
  [{ over: "10" }, 2],
  [{ over: "60" }, 2.2],
  [{ times: "60" }, 2.2],
  [{ plus: "1" }, 2.2],
  [{ plus: "-1" }, 2.2],
  [{ over: "1000000" }, 2.2],
  [{ times: "1000000" }, 2.2],
];
const LEARNT: Readonly<Record<"plus" | "times" | "over", number>> = { plus: 1.9, times: 1.9, over: 2 };
const STEPS: readonly (readonly [step: string, cost: number])[] = [
  ["1", 1.2],
  ["10", 1.5],
  ["100", 1.5],
  ["1000", 1.5],
  ["5", 1.7],
  ["50", 1.8],
  ["0.5", 1.7],
  ["0.25", 1.9],
  ["0.1", 1.7],
];
const WAYS: readonly (readonly [Way, number])[] = [
  ["down", 0],
  ["near", 0.1],
  ["up", 0.15],
];
const THIN = 1.5;
/** Numbers of an output that may be computed, counted from the left. */
const PLACES = 4;

/** Numbers computed of one number read, by constants that all examples agree on. */
export function* computedOf(of: Term, rows: Rows): Generator<Term> {
  const count = rows.outputs.length;
  const read = of.values.slice(0, count);
  const different = new Set(read).size;
  const several = different > 1;
  // Small numbers agree on a constant by chance too often for two of them to say much.
  const thin = different > 2 ? 0 : THIN;
  const targets = targetsOf(rows.outputs);
  if (targets.length === 0) return;
  for (const [by, cost] of USUAL) yield scaled(of, by, different > 2 ? cost - 0.5 : cost);
  if (!several) return;
  for (const target of targets) {
    for (const by of ["plus", "times", "over"] as const) {
      const constant = agreed(read, target, by);
      if (constant !== undefined) yield scaled(of, { [by]: constant }, LEARNT[by] + thin + 0.05 * constant.length);
    }
    for (const [to, cost] of STEPS) {
      for (const [way, extra] of WAYS) {
        if (!read.every((value, row) => roundDecimal(value ?? "", to, way) === target[row])) continue;
        const values = of.values.map((value) => (value === undefined ? undefined : roundDecimal(value, to, way)));
        yield { node: { op: "round", to, way }, of: [of], cost: of.cost + cost + thin + extra, values };
      }
    }
  }
}

function scaled(of: Term, by: Scaling, cost: number): Term {
  const values = of.values.map((value) => (value === undefined ? undefined : scaleDecimal(value, by)));
  return { node: { op: "scale", ...by }, of: [of], cost: of.cost + cost, values };
}

/** The one constant that takes every number to its target; none where nothing changes. */
function agreed(
  read: readonly (string | undefined)[],
  target: readonly string[],
  by: "plus" | "times" | "over",
): string | undefined {
  const idle = by === "plus" ? "0" : "1";
  const found = new Set(read.map((value, row) => constantBetween(value ?? "", target[row] ?? "", by)));
  const [constant] = found;
  return found.size === 1 && constant !== idle ? constant : undefined;
}

/** The k-th number of every output, as canonical decimals. */
function targetsOf(outputs: readonly string[]): readonly (readonly string[])[] {
  const numbers = outputs.map((output) => (output.match(/-?\d[\d,]*(?:\.\d+)?/g) ?? []).slice(0, PLACES));
  const fewest = Math.min(...numbers.map((list) => list.length));
  return Array.from({ length: fewest }, (_, at) => {
    const target = numbers.flatMap((list) => parseValue(list[at] ?? "", "number") ?? []);
    return target.length === outputs.length ? [target] : [];
  }).flat();
}
