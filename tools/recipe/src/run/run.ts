// This file is the state of one decision: the input, its cached word form, and the budgets that end it.
import { LIMITS } from "../limits.ts";
import type { Moment } from "../time/moment.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { type Words, wordsOf } from "../text/words.ts";

/** A piece of the input, UTF-16 offsets, end exclusive; label only in labelled lists. */
export type Piece = { readonly start: number; readonly end: number; readonly label?: string };

/** What a node gives: null is the field-null, undefined is nothing (an abstention that spreads). */
export type Value = string | boolean | number | Piece | Moment | null | readonly Piece[] | undefined;

/** A compiled node. */
export type Evaluate = (run: Run) => Value;

/** A finished search: its result, and what it cost and costs again. */
export type Search = {
  readonly group: number;
  readonly pieces: readonly Piece[];
  readonly searches: number;
  readonly work: number;
};

/** One decision over one input; every operation pays before it works, and an unpaid one gives nothing. */
export type Run = {
  readonly input: string;
  /** Work units left for the recipe under way and for the whole decision. */
  work: number;
  total: number;
  output: number;
  /** A budget ran out: the recipe abstains whatever it computes. */
  spent: boolean;
  words: Words | undefined;
  /** Searches done before in this decision; recipes of a field often share a pattern. */
  readonly searches: Map<Pattern, readonly Search[]>;
  memo: Value[];
  known: boolean[];
};

export function startRun(input: string): Run {
  const total = LIMITS.packSteps * LIMITS.stepWork;
  return { input, work: 0, total, output: 0, spent: false, words: undefined, searches: new Map(), memo: [], known: [] };
}

/** Gives the next recipe its own budgets and forgets the nodes of the one before. */
export function nextRecipe(run: Run): void {
  run.work = LIMITS.recipeSteps * LIMITS.stepWork;
  run.output = LIMITS.output;
  run.spent = run.total < 0;
  if (run.memo.length > 0) {
    run.memo = [];
    run.known = [];
  }
}

/** Pays one step (or several) and `units` of work; false when a budget is spent. */
export function pay(run: Run, units: number, steps = 1): boolean {
  const cost = steps * LIMITS.stepWork + units;
  run.work -= cost;
  run.total -= cost;
  if (run.work < 0 || run.total < 0) run.spent = true;
  return !run.spent;
}

/** Pays for text that an operation produces. */
export function produce(run: Run, text: string): string | undefined {
  run.output -= text.length;
  if (run.output < 0) run.spent = true;
  return run.spent ? undefined : text;
}

/** Steps paid so far, for the cost model. */
export function stepsOf(run: Run): number {
  return LIMITS.packSteps - Math.floor(Math.max(run.total, 0) / LIMITS.stepWork);
}

/** The word form of the input, made once a decision. */
export function inputWords(run: Run): Words {
  run.words ??= wordsOf(run.input);
  return run.words;
}
