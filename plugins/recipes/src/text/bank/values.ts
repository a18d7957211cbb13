// This file reads the numbers and amounts among the texts, computes with learnt constants, and writes what stands in the outputs.
import { parseValue, type ShownKind, showValue } from "@kolm/recipe";
import type { Rows, Term } from "../term.ts";
import { computedOf } from "./computed.ts";

/** Texts looked at, and different readings kept of them. */
const TEXTS = 32;
const READINGS = 6;
const LONGEST = 60;
const WRITTEN = 0.9;

type Form = { readonly form: string; readonly places?: number; readonly point?: ","; readonly cost: number };
/** looks: what a text must look like to be worth reading; reading is dear. */
type Reading = { readonly as: ShownKind; readonly point?: ","; readonly looks: RegExp };

/** Without a digit in it, only an output that holds such a word is a value written out. */
const NUMBER_WORDS = /one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|ty|hundred|[A-Z]{3}/;

const READINGS_OF: readonly Reading[] = [
  { as: "number", looks: /^[-+\s]*[\d.,]*\d(?:\s*\p{L}{1,8})?\s*$/u },
  { as: "number", point: ",", looks: /^[-+\s]*[\d.]*,\d+\s*$/ },
  { as: "unit", looks: /\d\s*[-\s]?[\p{L}\u00B0"'%]/u },
  { as: "currency", looks: /\p{Sc}|\d\s*\p{L}{3}|^\s*\p{L}{3}\s*\d/u },
  { as: "percent", looks: /%|per\s?cent|pct/i },
  { as: "duration", looks: /\d\s*[-\s]?(?:[smhdwy]|PT)|P\d|PT\d/i },
];

/** Terms that write a value read from a text, changed by a constant or not, where it stands in every output. */
export function* valuesOf(texts: readonly Term[], rows: Rows): Generator<Term> {
  if (!rows.outputs.every((output) => /\d/.test(output) || NUMBER_WORDS.test(output))) return;
  for (const reading of READINGS_OF) {
    for (const value of readingsOf(texts, reading, rows)) {
      yield* written(value, reading.as, rows);
      if (reading.as !== "number") continue;
      for (const computed of computedOf(value, rows)) yield* written(computed, "number", rows);
    }
  }
}

/** Different values that texts are, on every example; cheapest first. */
function readingsOf(texts: readonly Term[], { as, point, looks }: Reading, rows: Rows): Term[] {
  const count = rows.outputs.length;
  const settings = point === undefined ? {} : { point };
  const found = new Map<string, Term>();
  for (const text of texts.filter(mayBeValue(count, looks)).slice(0, TEXTS)) {
    if (found.size === READINGS) break;
    const read = (value: string | undefined): string | undefined =>
      value === undefined ? undefined : parseValue(value, as, settings);
    const first: string[] = [];
    for (const value of text.values.slice(0, count)) {
      const one = read(value);
      if (one === undefined) break;
      first.push(one);
    }
    if (first.length < count || found.has(first.join("\0"))) continue;
    const values = [...first, ...text.values.slice(count).map(read)];
    found.set(first.join("\0"), { node: { op: "parse", as, ...settings }, of: [text], cost: text.cost + 0.3, values });
  }
  return [...found.values()];
}

const mayBeValue =
  (examples: number, looks: RegExp) =>
  ({ values }: Term): boolean =>
    values.slice(0, examples).every((value) => value !== undefined && value.length <= LONGEST && looks.test(value));

function* written(of: Term, as: ShownKind, { outputs }: Rows): Generator<Term> {
  for (const { cost, ...form } of formsOf(as, outputs)) {
    const show = (value: string | undefined): string | undefined =>
      value === undefined ? undefined : showValue(value, as, form);
    if (!outputs.every((output, row) => standsIn(show(of.values[row]), output))) continue;
    const values = of.values.map(show);
    const term: Term = { node: { op: "write", as, ...form }, of: [of], cost: of.cost + WRITTEN + cost, values };
    yield term;
  }
  if (as === "unit") yield* amounts(of, outputs);
}

/** A measure converted, without its symbol. */
function* amounts(of: Term, outputs: readonly string[]): Generator<Term> {
  for (const { cost, ...form } of formsOf("unit", outputs)) {
    if (form.form === "amount") continue;
    const whole = of.values.map((value) => (value === undefined ? undefined : showValue(value, "unit", form)));
    const values = whole.map((text) => text?.split(" ")[0]);
    if (!outputs.every((output, row) => standsIn(values[row], output))) continue;
    const converted: Term = { node: { op: "write", as: "unit", ...form }, of: [of], cost: 0, values: whole };
    const node = { op: "piece" as const, by: " ", at: 0 };
    yield { node, of: [converted], cost: of.cost + WRITTEN + cost + 0.5, values };
  }
}

function standsIn(value: string | undefined, output: string): boolean {
  return value !== undefined && value !== "" && output.includes(value);
}

const NAMED: Readonly<Record<ShownKind, readonly string[]>> = {
  number: ["plain", "grouped", "ordinal", "words"],
  percent: ["plain", "ratio", "words"],
  duration: ["seconds", "minutes", "hours", "clock", "words"],
  phone: [],
  currency: ["amount", "plain", "before", "code"],
  unit: ["amount"],
};

/** The forms that the outputs leave possible: with as many decimals as stand there, with a comma where one does. */
function formsOf(as: ShownKind, outputs: readonly string[]): Form[] {
  const [first = ""] = outputs;
  const symbols = as === "unit" ? new Set(first.match(/[^\s\d.,]+/gu) ?? []) : [];
  const named = [...NAMED[as], ...symbols].map((form, index) => ({ form, cost: 0.1 * Math.min(index, 3) }));
  const decimals = [...new Set([...first.matchAll(/\d[.,](\d{1,6})(?!\d)/g)].map(([, digits = ""]) => digits.length))];
  if (/\d/.test(first)) decimals.push(0);
  const comma = outputs.every((output) => /\d,\d/.test(output));
  // Two decimals are mostly money, which always has two; any other number of them is mostly what the value needs.
  const open = decimals.includes(2) ? 0.8 : 0;
  return named.flatMap(({ form, cost }): Form[] => [
    { form, cost: cost + open },
    ...decimals.map((places) => ({ form, places, cost: cost + (places === 0 ? 0.5 : 0.3) })),
    ...(comma ? [{ form, point: "," as const, cost: cost + 0.6 }] : []),
    ...(comma ? decimals.map((places) => ({ form, places, point: "," as const, cost: cost + 0.8 })) : []),
  ]);
}
