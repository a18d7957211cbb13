// This file says what a constant costs: marks little, letters more, digits and what stands in the input most.
import { constantTerm, type Rows, type Term } from "../term.ts";

/** Words that a date or time gives. */
const DATED = /^(?:[AP]M|Q|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*)$/i;

/** The constants that outputs may be made with, each made once. */
export class Literals {
  readonly #rows: Rows;
  readonly #terms = new Map<string, Term>();
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  term(text: string): Term {
    const term = this.#terms.get(text) ?? constantTerm(text, literalCost(text, this.#rows), this.#rows);
    this.#terms.set(text, term);
    return term;
  }
}

/** The cost of a constant text; several examples that share it make it cheaper. */
function literalCost(text: string, { inputs, outputs }: Rows): number {
  let cost = 0.5;
  for (const word of text.match(/\p{L}+|\d+|[^\p{L}\d]+/gu) ?? []) {
    if (/\d/.test(word)) cost += 2.5 + 1.5 * word.length;
    else if (/\p{L}/u.test(word)) {
      if (DATED.test(word)) cost += 2.5;
      cost += Math.min(4, 0.6 + 0.25 * word.length) + copiedCost(word.toLowerCase(), (inputs[0] ?? "").toLowerCase());
    } else cost += 0.1 * word.length;
  }
  return cost / Math.min(3, 0.6 + 0.4 * outputs.length);
}

/** Letters that stand in the input are rather taken from there, above all those that begin a word. */
function copiedCost(word: string, input: string): number {
  const at = input.indexOf(word);
  if (at < 0) return 0;
  const begins = input.split(/[^\p{L}]+/u).some((other) => other.startsWith(word));
  return (begins ? 2 : 0.8) + 0.4 * Math.min(word.length, 6);
}
