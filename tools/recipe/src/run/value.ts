// This file compiles the operations that find, read and write values: numbers, dates, amounts, phones (SPEC.md §8).
import type { NodeOf } from "../language/node.ts";
import { LIMITS } from "../limits.ts";
import { showValue } from "../parse/show/show.ts";
import { LONGEST_VALUE, parseValue, spotValues } from "../parse/value.ts";
import { type Evaluate, pay, produce, type Run } from "./run.ts";

/** What reading costs a unit of text: every word may start a value, and every value is tried in several forms. */
const READING = 16;

export function parse(node: NodeOf<"parse">, operand: Evaluate, reference: Evaluate): Evaluate {
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, Math.min(text.length, LONGEST_VALUE) * READING)) return undefined;
    const settings = settingsOf(node, run, reference);
    const value = settings === undefined ? undefined : parseValue(text, node.as, settings);
    return value === undefined ? undefined : produce(run, value);
  };
}

export function spot(node: NodeOf<"spot">, reference: Evaluate): Evaluate {
  return (run) => {
    if (!pay(run, run.input.length * READING)) return undefined;
    const settings = settingsOf(node, run, reference);
    if (settings === undefined) return undefined;
    const found = spotValues(run.input, node.as, settings);
    if (found.length > LIMITS.matches) run.spent = true;
    return run.spent ? undefined : found.map(({ start, end }) => ({ start, end }));
  };
}

export function write(node: NodeOf<"write">, operand: Evaluate): Evaluate {
  const { as, form, places, point } = node;
  return (run) => {
    const value = operand(run);
    if (typeof value !== "string" || value.length > LONGEST_VALUE || !pay(run, value.length)) return undefined;
    const text = showValue(value, as, { form, places, point });
    return text === undefined ? undefined : produce(run, text);
  };
}

type Reading = NodeOf<"parse"> | NodeOf<"spot">;
type Told = { -readonly [K in "order" | "century" | "point" | "region" | "clock" | "lean"]: Reading[K] } & {
  reference?: string;
};

// A stated reference that gives nothing leaves the whole operation without a value.
function settingsOf(node: Reading, run: Run, reference: Evaluate): Told | undefined {
  const { order, century, point, region, clock, lean } = node;
  const told = { order, century, point, region, clock, lean };
  if (node.reference === undefined) return told;
  const day = reference(run);
  return typeof day === "string" ? { ...told, reference: day } : undefined;
}
