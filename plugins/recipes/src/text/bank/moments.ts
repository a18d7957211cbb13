// This file finds the dates and times among the texts, and the pieces of an output that they can write.
import { type Bucket, bucketOf, type Moment, type Order, parseMoment, readForm, showMoment } from "@kolm/recipe";
import type { Given, Rows, Term } from "../term.ts";
import { clockForms, formsOf, type Style } from "./forms.ts";

/** Different readings of dates kept, cheapest first. */
const MOMENTS = 8;

/** The dates and times that texts can be read as on every example, different ones only. */
export function momentsOf(texts: readonly Term[], rows: Rows, sources: number): Term<Moment>[] {
  const count = rows.outputs.length;
  const found = new Map<string, Term<Moment>>();
  for (const [index, text] of texts.entries()) {
    for (const order of ["mdy", "dmy", "clock"] as const) {
      const term = readMoment(text, order, count);
      if (term === undefined || (index >= sources && fields(term) < 2)) continue;
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

type Shown = { readonly style: Style; readonly base: number; readonly examples: number; readonly clock?: true };

/** A date written as it stands in the input is rather copied. */
const COPIED = 0.7;

/** What each usual form writes of a moment; with `clock` only its time of day. */
export function* shownOf(of: Term<Moment>, { style, base, examples, clock }: Shown): Generator<Term> {
  const [first] = of.values;
  const text = readFrom(of);
  const halves = (text.values[0] ?? "").search(/[ap]\.?m/i) >= 0;
  const has = { date: first?.year !== undefined || first?.day !== undefined, hour: first?.hour !== undefined, halves };
  const known = { ...has, minute: first?.minute !== undefined };
  for (const [form, cost, own] of clock === true ? clockForms(known) : formsOf(known)) {
    const writers = writersOf(form);
    if (typeof writers === "string") continue;
    const values = of.values.map((moment) => (moment === undefined ? undefined : showMoment(moment, writers)));
    const off = own === undefined || own === style ? 0 : 0.5;
    const copied = values.slice(0, examples).every((value, row) => value === text.values[row]) ? COPIED : 0;
    yield { node: { op: "show", form }, of: [of], cost: base + cost + off + copied, values };
  }
}

const WRITERS = new Map<string, ReturnType<typeof readForm>>();

/** Forms are few and asked for by the thousand. */
function writersOf(form: string): ReturnType<typeof readForm> {
  const writers = WRITERS.get(form) ?? readForm(form);
  WRITERS.set(form, writers);
  return writers;
}

function readFrom(of: Term<Given>): Term {
  const [inner] = of.of;
  return inner === undefined || of.node.op === "moment" ? ((inner ?? of) as Term) : readFrom(inner); // a moment is read from a text
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
    for (const from of startsOf(step)) {
      const adds = [0, step, step - MINUTE, step - HOUR, step - 1].filter((add, at, all) => all.indexOf(add) === at);
      const ends = adds
        .filter((add) => add >= 0 || from !== 0)
        .map((add, at) => bucketTerm(of, { step, from, add }, at));
      yield { cost: 0.9 + cost + (from === 0 ? 0 : 0.7), ends };
    }
  }
}

/** Where in the hour or day intervals may begin. */
function startsOf(step: number): readonly number[] {
  if (step === 90 * MINUTE) return [0, 30 * MINUTE, HOUR, 45 * MINUTE];
  return step > 10 * MINUTE ? [0, step / 2] : [0];
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
