// This file learns whole-output programs from examples: the cheapest programs that are right on them (programming by example).
import { compilePack, type Pack, type Recipe } from "@kolm/recipe";
import { branch, type Example } from "./branch/branches.ts";
import type { Spend } from "./bank/bank.ts";
import { solve } from "./search/whole.ts";
import { nodesOf, type Term } from "./term.ts";

export type { Example } from "./branch/branches.ts";

/** What a search may use: examples looked at together, inputs without answer, and counted steps. */
export type LearnOptions = {
  readonly steps?: number;
  /** The share of examples that may be wrong; a program right on the others is kept when no better one is found. */
  readonly noise?: number;
};

/** A program, what it costs (lower is likelier meant), and the examples it gets wrong. */
export type Program = {
  readonly recipe: Recipe;
  readonly cost: number;
  readonly wrong: readonly number[];
  /** The last node of the recipe, as the search made it. */
  readonly term: Term;
};

/** Programs, and the examples they were made from; the others only checked them. */
export type Learnt = { readonly programs: readonly Program[]; readonly from: readonly Example[] };

const STEPS = 2_000_000;
/** Examples looked at together; others only check. */
const TOGETHER = 10;
const START = 3;
const TOLERATED = 5;
/** How often a program with tolerable errors is set against one more example. */
const FURTHER = 2;
const REFUSED = 1000;
/** Longer texts are not rewritten by programs. */
const LONGEST = 1000;
/** Which threes of examples a noisy search begins with. */
const OFFSETS = [0, 1, 2, 3];
const UNLABELLED = 20;
/** A program dearer than this is set against one with conditions. */
const DEAR = 9;

/** The programs right on the examples, at most eight, likeliest first; each gives another output on some row. Deterministic. */
export function learnText(
  examples: readonly Example[],
  inputs: readonly string[] = [],
  options: LearnOptions = {},
): readonly Program[] {
  return learnFrom(examples, inputs, options).programs;
}

/** The same, saying which examples the programs were made from. */
export function learnFrom(
  examples: readonly Example[],
  inputs: readonly string[],
  { steps = STEPS, noise = 0 }: LearnOptions,
): Learnt {
  let left = steps;
  const spend: Spend = (units) => (left -= units) >= 0;
  const known = new Set(examples.map(({ input }) => input));
  const others = spread(
    [...new Set(inputs)].filter((input) => !known.has(input) && input.length <= LONGEST),
    UNLABELLED,
  );
  const different = dropRepeats(examples);
  const allowed = noise * examples.length;
  const searching = { examples, others, spend, allowed };
  let best: Learnt = { programs: [], from: [] };
  if (examples.some(({ input, output }) => input.length > LONGEST || (output ?? "").length > LONGEST)) return best;
  // With noise the first examples may be the wrong ones, so others are tried as well.
  const starts = noise > 0 && different.length > TOGETHER ? OFFSETS : [0];
  for (const offset of starts) {
    const first = different.slice(offset * START, offset * START + START);
    best = better(best, refine(first, searching), allowed);
    const [program] = best.programs;
    // A condition may be there only to explain a wrong example away, so another start is tried against it.
    if (program !== undefined && program.wrong.length <= allowed && (noise === 0 || program.term.node.op !== "if"))
      break;
  }
  return { ...best, programs: best.programs.filter(({ wrong }) => wrong.length <= allowed) };
}

type Searching = {
  readonly examples: readonly Example[];
  readonly others: readonly string[];
  readonly spend: Spend;
  /** How many examples a program may get wrong. */
  readonly allowed: number;
};

/** Adds the first example that a program gets wrong, until none is. */
function refine(start: readonly Example[], { examples, others, spend, allowed }: Searching): Learnt {
  let from = start;
  let best: Learnt = { programs: [], from };
  let tolerable = 0;
  while (from.length > 0 && from.length <= TOGETHER) {
    const programs = programsOf(from, others, spend).map((term) => judged(term, examples));
    best = better(best, { programs, from }, allowed);
    const [first] = programs;
    if (first === undefined || first.wrong.length === 0 || !spend(0)) break;
    if (first.wrong.length <= allowed) tolerable += 1;
    if (tolerable > FURTHER) break;
    const next = first.wrong.map((index) => examples[index]).find((example) => example && !from.includes(example));
    if (next === undefined) break;
    from = [...from, next];
  }
  return best;
}

function better(one: Learnt, { programs, from }: Learnt, allowed: number): Learnt {
  const weight = (program: Program): number => weightOf(program, allowed);
  const sorted = [...programs].sort((a, b) => weight(a) - weight(b));
  const [a, b] = [one.programs[0], sorted[0]];
  return b !== undefined && (a === undefined || weight(b) <= weight(a)) ? { programs: sorted, from } : one;
}

/** An example that may be wrong weighs as much as the condition that would explain it away. */
function weightOf({ cost, wrong }: Program, allowed: number): number {
  return cost + (wrong.length <= allowed ? TOLERATED : REFUSED) * wrong.length;
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
  return { recipe, cost: term.cost, wrong, term };
}

/** The text a pack of one whole-output recipe gives, or null where it gives nothing. */
export function runText(pack: Pack, input: string): string | null {
  const [decision] = pack.decide(input).fields.values();
  return typeof decision?.value === "string" ? decision.value : null;
}
