// This file finds the cheapest rows of terms whose values, joined, are the outputs of all examples: shortest paths (FlashFill's DAG).
import type { Rows, Term } from "../term.ts";
import type { Literals } from "./literal.ts";

/** A row of terms and what it costs. */
export type Path = { readonly terms: readonly Term[]; readonly cost: number };

/** Paths given for one state, and paths looked at in all. */
const PATHS = 4;
const POPPED = 2500;
const JOIN = 0.35;

/** What a search needs besides the terms; `spend` counts edges and says when to stop. */
export type Composing = {
  readonly rows: Rows;
  readonly literals: Literals;
  readonly spend: (units: number) => boolean;
};

/** The cheapest paths, at most four, cheapest first. */
export function compose(atoms: readonly Term[], composing: Composing): Path[] {
  const { outputs } = composing.rows;
  const index = indexOf(atoms, outputs[0] ?? "");
  const queue = new Queue();
  queue.push({ at: outputs.map(() => 0), term: undefined, before: undefined, cost: 0 });
  const visits = new Map<string, number>();
  const done: Path[] = [];
  for (let popped = 0; popped < POPPED && done.length < PATHS; popped++) {
    const state = queue.pop();
    if (state === undefined) break;
    const key = `${state.at.join()}${state.term?.node.op === "text" ? "x" : ""}`;
    const visited = visits.get(key) ?? 0;
    if (visited >= PATHS) continue;
    visits.set(key, visited + 1);
    if (state.at.every((place, row) => place === outputs[row]?.length))
      done.push({ terms: termsOf(state), cost: state.cost });
    else if (!extend(state, queue, { ...composing, index })) break;
  }
  return done;
}

/** Terms by what they give for the first example, and the places in its output where one of them stands. */
type Index = { readonly byValue: ReadonlyMap<string, readonly Term[]>; readonly starts: ReadonlySet<number> };

function indexOf(atoms: readonly Term[], output: string): Index {
  const byValue = new Map<string, Term[]>();
  for (const atom of atoms) {
    const value = atom.values[0] ?? "";
    const same = byValue.get(value);
    if (same === undefined) byValue.set(value, [atom]);
    else same.push(atom);
  }
  const starts = new Set<number>([output.length]);
  for (const value of byValue.keys()) {
    for (let at = output.indexOf(value); at >= 0 && value !== ""; at = output.indexOf(value, at + 1)) starts.add(at);
  }
  return { byValue, starts };
}

type State = {
  readonly at: readonly number[];
  readonly term: Term | undefined;
  readonly before: State | undefined;
  readonly cost: number;
};

/** Puts the states one term further into the queue; false when the allowance is used up. */
function extend(
  state: State,
  queue: Queue,
  { rows, literals, spend, index }: Composing & { readonly index: Index },
): boolean {
  const { outputs } = rows;
  const [first = ""] = outputs;
  const from = state.at[0] ?? 0;
  for (let to = from + 1; to <= first.length; to++) {
    for (const atom of index.byValue.get(first.slice(from, to)) ?? []) {
      if (!spend(1)) return false;
      if (state.at.every((place, row) => outputs[row]?.startsWith(atom.values[row] ?? "", place) === true))
        queue.push(step(state, atom));
    }
  }
  if (state.term?.node.op === "text") return true;
  for (let length = 1; from + length <= first.length; length++) {
    const unit = first.charAt(from + length - 1);
    if (!outputs.every((output, row) => output.charAt((state.at[row] ?? 0) + length - 1) === unit)) break;
    if (index.starts.has(from + length)) queue.push(step(state, literals.term(first.slice(from, from + length))));
  }
  return true;
}

function step(state: State, term: Term): State {
  return {
    at: state.at.map((place, row) => place + (term.values[row]?.length ?? 0)),
    term,
    before: state,
    cost: state.cost + term.cost + joinCost(state.term, term),
  };
}

function termsOf(state: State): Term[] {
  const terms: Term[] = [];
  for (let one: State | undefined = state; one?.term !== undefined; one = one.before) terms.push(one.term);
  return terms.reverse();
}

/** Digits that follow digits, and letters letters, are seldom two pieces. */
function joinCost(last: Term | undefined, next: Term): number {
  if (last === undefined) return 0;
  const [before, after] = [last.values[0]?.at(-1) ?? "", next.values[0]?.charAt(0) ?? ""];
  if (before >= "0" && before <= "9" && after >= "0" && after <= "9") return JOIN + 1.5;
  return isLetter(before) && isLetter(after) ? JOIN + 0.4 : JOIN;
}

function isLetter(char: string): boolean {
  return char.toLowerCase() !== char.toUpperCase();
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
