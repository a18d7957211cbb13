// This file compiles the operations on dates and times of day (SPEC.md §7).
import type { NodeOf } from "../language/node.ts";
import { bucketOf } from "../time/bucket.ts";
import type { Moment } from "../time/moment.ts";
import { type Order, parseMoment } from "../time/parse.ts";
import { readForm, showMoment } from "../time/show.ts";
import { type Evaluate, pay, produce } from "./run.ts";

/** Reading a moment pays for every form it may be compared with. */
const READING = 16;

export function moment(operand: Evaluate, order: Order): Evaluate {
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, text.length * READING)) return undefined;
    return parseMoment(text.trim(), order);
  };
}

export function bucket(node: NodeOf<"bucket">, operand: Evaluate): Evaluate {
  return (run) => {
    const value = operand(run) as Moment | undefined; // the checker proved a moment
    return value !== undefined && pay(run, 0) ? bucketOf(value, node) : undefined;
  };
}

export function show(node: NodeOf<"show">, operand: Evaluate): Evaluate {
  const writers = readForm(node.form);
  return (run) => {
    const value = operand(run) as Moment | undefined; // the checker proved a moment
    if (value === undefined || typeof writers === "string" || !pay(run, node.form.length)) return undefined;
    const text = showMoment(value, writers);
    return text === undefined ? undefined : produce(run, text);
  };
}
