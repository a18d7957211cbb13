// This file counts: characters, words, separators; as texts of digits.
import { runsOf } from "@kolm/recipe";
import type { Given, Term } from "../term.ts";
import { separatorsOf } from "./pieces.ts";

/** Numerals of what can be counted in a text. */
export function* talliesOf(of: Term): Generator<Term> {
  yield numeral({ op: "length" }, of, (text) => text.length);
  for (const run of ["solid", "word", "digits", "upper"] as const)
    yield numeral({ op: "tally", run }, of, (text) => runsOf(text, run).length / 2);
  for (const find of separatorsOf(of.values.slice(0, 2)))
    yield numeral({ op: "tally", find }, of, (text) => text.split(find).length - 1);
}

function numeral(node: Term["node"], of: Term, count: (text: string) => number): Term {
  const values = of.values.map((text) => (text === undefined ? undefined : count(text)));
  const number: Term<Given> = { node, of: [of], cost: 0, values };
  return {
    node: { op: "numeral" },
    of: [number],
    cost: of.cost + 3.5,
    values: values.map((value) => (value === undefined ? undefined : String(value))),
  };
}
