// This file learns whole-output programs from examples: the cheapest programs that are right on them (programming by example).
import { compilePack, type Pack, type Recipe } from "@kolm/recipe";
import { branch, type Example } from "./branch/branches.ts";
import type { Spend } from "./bank/bank.ts";
import { solve } from "./search/whole.ts";
import { entryOf, type Table, tablesOf } from "./table/table.ts";
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

/** Programs, and the examples they were made from; the others only checked them, and taught the table where there is one. */
export type Learnt = {
  readonly programs: readonly Program[];
  readonly from: readonly Example[];
  readonly table?: Table;
};

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
/** The share of the steps that a search without a table gets where there is one. */
const QUICK = 0.05;

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
  const known = new Set(examples.map(({ input }) => input));
  const others = spread(
    [...new Set(inputs)].filter((input) => !known.has(input) && input.length <= LONGEST),
    UNLABELLED,
  );
  const allowed = noise * examples.length;
  if (examples.some(({ input, output }) => input.length > LONGEST || (output ?? "").length > LONGEST))
    return { programs: [], from: [] };
  const searching = (share: number): Searching => ({ examples, others, spend: allowance(steps * share), allowed });
  const tables = tablesOf(examples);
  if (tables.length === 0) return plainSearch(searching(1));
  // A table is dearer than any program that computes the text, but found in less time than there is none.
  const quick = plainSearch(searching(QUICK));
  const [program] = quick.programs;
  if (program !== undefined && program.wrong.length === 0 && program.cost <= DEAR) return quick;
  const looked = tableSearch(tables, searching(1));
  return looked.programs.length > 0 ? better(quick, looked, allowed) : plainSearch(searching(1));
}

function allowance(steps: number): Spend {
  let left = steps;
  return (units) => (left -= units) >= 0;
}

/** Programs that are right on all but the allowed examples. */
function plainSearch(searching: Searching): Learnt {
  const { examples, allowed } = searching;
  const different = dropRepeats(examples);
  let best: Learnt = { programs: [], from: [] };
  // With noise the first examples may be the wrong ones, so others are tried as well.
  const starts = allowed > 0 && different.length > TOGETHER ? OFFSETS : [0];
  for (const offset of starts) {
    const first = different.slice(offset * START, offset * START + START);
    best = better(best, refine(first, searching), allowed);
    const [program] = best.programs;
    // A condition may be there only to explain a wrong example away, so another start is tried against it.
    if (program !== undefined && program.wrong.length <= allowed && (allowed === 0 || program.term.node.op !== "if"))
      break;
  }
  return { ...best, programs: best.programs.filter(({ wrong }) => wrong.length <= allowed) };
}

/** Programs with a table learnt from all examples; keys that are seldom seen give nothing. */
function tableSearch(tables: readonly Table[], searching: Searching): Learnt {
  let best: Learnt = { programs: [], from: [] };
  for (const table of tables) {
    const covered = dropRepeats(searching.examples).filter(({ input, output }) => {
      const text = settled(table, input);
      return text !== undefined && output?.includes(text) === true;
    });
    const learnt = refine(covered.slice(0, START), { ...searching, examples: covered, table });
    const programs = learnt.programs.flatMap(({ term }) => {
      const program = judged(term, searching.examples, true);
      return program.wrong.length <= searching.allowed && usesTable(program) ? [program] : [];
    });
    if (programs.length > 0) best = better(best, { programs, from: learnt.from, table }, searching.allowed);
    if (best.programs[0]?.wrong.length === 0) break;
  }
  return best;
}

function settled({ votes, keyOf }: Table, input: string): string | undefined {
  const counts = votes.get(keyOf(input) ?? "");
  return counts === undefined ? undefined : entryOf(counts);
}

const usesTable = ({ recipe }: Program): boolean => recipe.nodes.some(({ op }) => op === "lookup");

type Searching = {
  readonly examples: readonly Example[];
  readonly others: readonly string[];
  readonly spend: Spend;
  /** How many examples a program may get wrong. */
  readonly allowed: number;
  readonly table?: Table;
};

/** Adds the first example that a program gets wrong, until none is. */
function refine(start: readonly Example[], { examples, others, spend, allowed, table }: Searching): Learnt {
  let from = start;
  let best: Learnt = { programs: [], from };
  let tolerable = 0;
  while (from.length > 0 && from.length <= TOGETHER) {
    const programs = programsOf(from, { others, spend, table }).map((term) => judged(term, examples));
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

type Means = Pick<Searching, "others" | "spend"> & { readonly table: Table | undefined };

function programsOf(examples: readonly Example[], { others: inputs, spend, table }: Means): Term[] {
  const texts = examples.flatMap(({ output }) => output ?? []);
  const rows = { inputs: [...examples.map(({ input }) => input), ...inputs], outputs: texts };
  const single = texts.length === examples.length ? solve(rows, spend, table === undefined ? [] : [table]) : [];
  const cost = single[0]?.cost ?? Number.POSITIVE_INFINITY;
  if (examples.length < 2 || cost <= DEAR || table !== undefined) return single;
  const split = branch(examples, inputs, spend);
  return [...single, ...split].sort((a, b) => a.cost - b.cost);
}

function judged(term: Term, examples: readonly Example[], mayAbstain = false): Program {
  const recipe: Recipe = { id: "program", field: "text", gives: "text", nodes: nodesOf(term) };
  const pack = compilePack([recipe]);
  const wrong = examples.flatMap(({ input, output }, index) => {
    const text = runText(pack, input);
    return text === output || (mayAbstain && text === null) ? [] : [index];
  });
  return { recipe, cost: term.cost, wrong, term };
}

/** The text a pack of one whole-output recipe gives, or null where it gives nothing. */
export function runText(pack: Pack, input: string): string | null {
  const [decision] = pack.decide(input).fields.values();
  return typeof decision?.value === "string" ? decision.value : null;
}
