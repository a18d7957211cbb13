// This file learns whole-output programs from examples: the cheapest programs that are right on them (programming by example).
import { compilePack, type Pack, type Recipe } from "@kolm/recipe";
import { branch, type Example } from "./branch/branches.ts";
import { solve, type Spend } from "./search/whole.ts";
import { nodesOf, type Term } from "./term.ts";

export type { Example } from "./branch/branches.ts";

/** What a search may use: examples looked at together, inputs without answer, and counted steps. */
export type LearnOptions = {
  readonly steps?: number;
  /** The share of examples that may be wrong; a program right on the others is kept when no better one is found. */
  readonly noise?: number;
};

/** A program, what it costs (lower is likelier meant), and the examples it gets wrong. */
export type Program = { readonly recipe: Recipe; readonly cost: number; readonly wrong: readonly number[] };

const STEPS = 2_000_000;
/** Examples looked at together; others only check. */
const TOGETHER = 10;
const START = 3;
const UNLABELLED = 20;
/** A program dearer than this is set against one with conditions. */
const DEAR = 9;

/** The programs right on the examples, at most eight, likeliest first; each gives another output on some row. Deterministic. */
export function learnText(
  examples: readonly Example[],
  inputs: readonly string[] = [],
  { steps = STEPS, noise = 0 }: LearnOptions = {},
): readonly Program[] {
  let left = steps;
  const spend: Spend = (units) => (left -= units) >= 0;
  const known = new Set(examples.map(({ input }) => input));
  const others = spread(
    [...new Set(inputs)].filter((input) => !known.has(input)),
    UNLABELLED,
  );
  const different = dropRepeats(examples);
  let chosen = different.slice(0, START);
  let best: readonly Program[] = [];
  for (let round = 0; chosen.length <= TOGETHER; round++) {
    const programs = programsOf(chosen, others, spend).map((term) => judged(term, examples));
    best = better(best, programs);
    const [first] = programs;
    if (first === undefined || first.wrong.length === 0 || left < 0) break;
    const next = examples.find((example, index) => first.wrong.includes(index) && !chosen.includes(example));
    if (next === undefined) break;
    chosen = [...chosen, next];
  }
  return best.filter(({ wrong }) => wrong.length <= noise * examples.length);
}

function better(one: readonly Program[], other: readonly Program[]): readonly Program[] {
  const sorted = [...other].sort((a, b) => a.wrong.length - b.wrong.length || a.cost - b.cost);
  const [a, b] = [one[0], sorted[0]];
  if (a === undefined || b === undefined) return a === undefined ? sorted : one;
  return b.wrong.length <= a.wrong.length ? sorted : one;
}

function dropRepeats(examples: readonly Example[]): Example[] {
  const seen = new Set<string>();
  return examples.filter(({ input, output }) => {
    const key = JSON.stringify([input, output]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** At most `count` of a list, evenly spread. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)]).flatMap(
    (one) => one ?? [],
  );
}

function programsOf(examples: readonly Example[], inputs: readonly string[], spend: Spend): Term[] {
  const texts = examples.flatMap(({ output }) => output ?? []);
  const rows = { inputs: [...examples.map(({ input }) => input), ...inputs], outputs: texts };
  const single = texts.length === examples.length ? solve(rows, spend) : [];
  const cost = single[0]?.cost ?? Number.POSITIVE_INFINITY;
  if (examples.length < 2 || cost <= DEAR) return single;
  const split = branch(examples, inputs, spend);
  return [...single, ...split].sort((a, b) => a.cost - b.cost);
}

function judged(term: Term, examples: readonly Example[]): Program {
  const recipe: Recipe = { id: "program", field: "text", gives: "text", nodes: nodesOf(term) };
  const pack = compilePack([recipe]);
  const wrong = examples.flatMap(({ input, output }, index) => (runText(pack, input) === output ? [] : [index]));
  return { recipe, cost: term.cost, wrong };
}

/** The text a pack of one whole-output recipe gives, or null where it gives nothing. */
export function runText(pack: Pack, input: string): string | null {
  const [decision] = pack.decide(input).fields.values();
  return typeof decision?.value === "string" ? decision.value : null;
}
