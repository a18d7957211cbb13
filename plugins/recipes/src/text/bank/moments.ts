// This file finds the dates and times among the texts, and the pieces of an output that they can write.
import { type Bucket, bucketOf, LETTERS, type Moment, type Order, parseMoment } from "@kolm/recipe";
import type { Rows, Term } from "../term.ts";

/** Different readings of dates kept, cheapest first. */
const MOMENTS = 8;

/** What a letter costs, and whether it writes a number with a zero in front ("padded") or without. */
const LETTER_COSTS: readonly (readonly [letter: string, cost: number, style?: "padded" | "plain"])[] = [
  ["yyyy", 0],
  ["yy", 0.3],
  ["MMMM", 0],
  ["MMM", 0],
  ["MM", 0.1, "padded"],
  ["M", 0.1, "plain"],
  ["dd", 0.1, "padded"],
  ["d", 0.1, "plain"],
  ["EEEE", 0.1],
  ["E", 0.1],
  ["HH", 0.15, "padded"],
  ["H", 0.15, "plain"],
  ["h", 0.1],
  ["hh", 0.4, "padded"],
  ["mm", 0.1],
  ["m", 0.9],
  ["ss", 0.2],
  ["s", 0.9],
  ["a", 0.05],
  ["aa", 0.05],
  ["Q", 0.5],
  ["D", 0.6],
  ["W", 0.6],
  ["o", 0.3],
];

/** The dates and times that texts can be read as on every example, different ones only. */
export function momentsOf(texts: readonly Term[], rows: Rows): Term<Moment>[] {
  const count = rows.outputs.length;
  const found = new Map<string, Term<Moment>>();
  for (const [index, text] of texts.entries()) {
    for (const order of ["mdy", "dmy", "clock"] as const) {
      const term = readMoment(text, order, count);
      if (term === undefined || (order === "clock" && index > 0 && fields(term) < 2)) continue;
      const key = JSON.stringify(term.values);
      const known = found.get(key);
      if (known === undefined || known.cost > term.cost) found.set(key, term);
    }
  }
  return [...found.values()].sort((a, b) => a.cost - b.cost).slice(0, MOMENTS);
}

function fields(term: Term<Moment>): number {
  return Object.keys(term.values[0] ?? {}).length - 1;
}

const ORDER_COST: Readonly<Record<Order, number>> = { mdy: 0, dmy: 0.25, clock: 0.4 };

function readMoment(text: Term, order: Order, examples: number): Term<Moment> | undefined {
  const first: (Moment | undefined)[] = [];
  for (let row = 0; row < examples; row++) {
    const moment = parseMoment(text.values[row]?.trim() ?? "", order);
    if (moment === undefined) return undefined;
    first.push(moment);
  }
  const rest = text.values.slice(examples).map((value) => parseMoment(value?.trim() ?? "", order));
  return {
    node: { op: "moment", order },
    of: [text],
    cost: text.cost + ORDER_COST[order],
    values: [...first, ...rest],
  };
}

/** Zero-padded numbers or not: a preference that keeps one output consistent. */
export type Style = "padded" | "plain";

/** What each letter writes of a moment. */
export function* shownOf(of: Term<Moment>, { style, base }: { style: Style; base: number }): Generator<Term> {
  for (const [letter, cost, own] of LETTER_COSTS) {
    const write = LETTERS.get(letter);
    const values = of.values.map((moment) => (moment === undefined ? undefined : write?.(moment)));
    const off = own === undefined || own === style ? 0 : 0.5;
    yield { node: { op: "show", form: letter }, of: [of], cost: base + cost + off, values };
  }
}

const MINUTE = 60;
const HOUR = 3600;
/** Lengths of intervals in seconds, with what each costs. */
const STEPS: readonly (readonly [number, number])[] = [
  [HOUR, 0],
  [30 * MINUTE, 0],
  [15 * MINUTE, 0.1],
  [2 * HOUR, 0.2],
  [20 * MINUTE, 0.3],
  [10 * MINUTE, 0.3],
  [5 * MINUTE, 0.4],
  [90 * MINUTE, 0.5],
  [3 * HOUR, 0.5],
  [4 * HOUR, 0.5],
  [6 * HOUR, 0.5],
  [12 * HOUR, 0.6],
  [45 * MINUTE, 0.7],
];

/** A way to sort times into intervals, with the ends of the interval that an output may name. */
export type Family = { readonly cost: number; readonly ends: readonly Term<Moment>[] };

/** Intervals of every usual length for a time of day; the first end costs least. */
export function* familiesOf(of: Term<Moment>): Generator<Family> {
  if (!of.values.some((moment) => moment?.minute !== undefined || moment?.hour !== undefined)) return;
  for (const [step, cost] of STEPS) {
    for (const from of step > MINUTE * 10 ? [0, step / 2] : [0]) {
      const adds = [0, step, step - MINUTE, step - HOUR, step - 1].filter((add, at, all) => all.indexOf(add) === at);
      const ends = adds
        .filter((add) => add >= 0 || from !== 0)
        .map((add, at) => bucketTerm(of, { step, from, add }, at));
      yield { cost: 0.9 + cost + (from === 0 ? 0 : 0.7), ends };
    }
  }
}

const END_COSTS = [0, 0, 0.15, 0.6, 0.5];

function bucketTerm(of: Term<Moment>, bucket: Bucket, place: number): Term<Moment> {
  return {
    node: { op: "bucket", ...bucket },
    of: [of],
    cost: END_COSTS[place] ?? 1,
    values: of.values.map((moment) => (moment === undefined ? undefined : bucketOf(moment, bucket))),
  };
}
