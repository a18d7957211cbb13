// This file finds the cheapest rows of terms whose values, joined, are the outputs of all examples: shortest paths (FlashFill's DAG).
import type { Rows, Term } from "../term.ts";
import { constantTerm } from "../term.ts";
import { literalCost } from "./literal.ts";

/** A row of terms and what it costs. */
export type Path = { readonly terms: readonly Term[]; readonly cost: number };

/** Paths given for one state, and paths looked at in all. */
const PATHS = 4;
const POPPED = 4000;
const JOIN = 0.35;

/** The cheapest paths, at most four, cheapest first; `spend` counts edges and says when to stop. */
export function compose(atoms: readonly Term[], rows: Rows, spend: (units: number) => boolean): Path[] {
  const { outputs } = rows;
  const [first = ""] = outputs;
  const byValue = new Map<string, Term[]>();
  for (const atom of atoms) {
    const value = atom.values[0] ?? "";
    byValue.set(value, [...(byValue.get(value) ?? []), atom]);
  }
  const queue = new Queue();
  queue.push({ at: outputs.map(() => 0), terms: [], cost: 0, literal: false });
  const visits = new Map<string, number>();
  const done: Path[] = [];
  for (let popped = 0; popped < POPPED; popped++) {
    const state = queue.pop();
    if (state === undefined || done.length === PATHS) break;
    const key = `${state.at.join()}${state.literal ? "x" : ""}`;
    const visited = visits.get(key) ?? 0;
    if (visited >= PATHS) continue;
    visits.set(key, visited + 1);
    if (state.at.every((place, row) => place === outputs[row]?.length)) {
      done.push({ terms: state.terms, cost: state.cost });
      continue;
    }
    const from = state.at[0] ?? 0;
    for (let to = from + 1; to <= first.length; to++) {
      for (const atom of byValue.get(first.slice(from, to)) ?? []) {
        if (!spend(1)) return done;
        if (state.at.every((place, row) => outputs[row]?.startsWith(atom.values[row] ?? "", place) === true))
          queue.push(step(state, atom, false));
      }
    }
    if (!state.literal) for (const literal of literals(state, rows)) queue.push(step(state, literal, true));
  }
  return done;
}

type State = {
  readonly at: readonly number[];
  readonly terms: readonly Term[];
  readonly cost: number;
  readonly literal: boolean;
};

function step(state: State, term: Term, literal: boolean): State {
  return {
    at: state.at.map((place, row) => place + (term.values[row]?.length ?? 0)),
    terms: [...state.terms, term],
    cost: state.cost + term.cost + (state.terms.length === 0 ? 0 : JOIN),
    literal,
  };
}

/** Constants that all outputs have here, up to the longest. */
function literals({ at }: State, rows: Rows): Term[] {
  const { outputs } = rows;
  const [first = ""] = outputs;
  const from = at[0] ?? 0;
  const found: Term[] = [];
  for (let length = 1; from + length <= first.length; length++) {
    const unit = first.charAt(from + length - 1);
    if (!outputs.every((output, row) => output.charAt((at[row] ?? 0) + length - 1) === unit)) break;
    const text = first.slice(from, from + length);
    found.push(constantTerm(text, literalCost(text, rows), rows));
  }
  return found;
}

/** A heap of states by cost, then by age, so that equal costs come in a fixed order. */
class Queue {
  readonly #items: { state: State; age: number }[] = [];
  #age = 0;

  push(state: State): void {
    const items = this.#items;
    items.push({ state, age: this.#age++ });
    for (let at = items.length - 1; at > 0;) {
      const up = (at - 1) >> 1;
      if (!this.#before(at, up)) break;
      this.#swap(at, up);
      at = up;
    }
  }

  pop(): State | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top?.state;
    items[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < items.length && this.#before(left, least)) least = left;
      if (right < items.length && this.#before(right, least)) least = right;
      if (least === at) return top.state;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return false;
    return one.state.cost < other.state.cost || (one.state.cost === other.state.cost && one.age < other.age);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return;
    this.#items[a] = other;
    this.#items[b] = one;
  }
}
