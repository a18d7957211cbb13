// This file learns which words beside a candidate say that it is a true span, and which say that it is not.
import { compilePattern, LIMITS, wordsOf } from "@kolm/recipe";
import { type Candidate, type Case, candidatesIn, type Shape } from "./shapes.ts";

/** What is known of one shape and its neighbour words; "" stands for no word between the candidate and the end of the input. */
export type Context = {
  /** The shape was right wherever it was found. */
  readonly always: boolean;
  readonly trusted: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly distrusted: { readonly before: readonly string[]; readonly after: readonly string[] };
};

type Counts = Map<string, { right: number; wrong: number }>;

/** Times a neighbour must be seen, always right, before it is trusted. */
const LEAST_TRUST = 2;
const MOST_WORDS = 256;

export type ContextOptions = {
  readonly least: number;
  /** Learn only from inputs with one candidate: where there are two, a wrong one may still be of the right kind. */
  readonly alone: boolean;
};

/** Contexts by shape; a neighbour's count is over all shapes, since what one is named after, the others are too. */
export function learnContexts(
  shapes: readonly Shape[],
  cases: readonly Case[],
  { least, alone }: ContextOptions,
): readonly Context[] {
  const patterns = shapes.map(({ pattern }) => compilePattern(pattern, false));
  const records = shapes.map(() => ({ right: 0, wrong: 0 }));
  const before: Counts = new Map();
  const after: Counts = new Map();
  for (const { input, spans } of cases) {
    const candidates = candidatesIn(patterns, input);
    for (const candidate of alone && candidates.length > 1 ? [] : candidates) {
      const right = spans.some((span) => span.start === candidate.start && span.end === candidate.end);
      const record = records[candidate.shape];
      if (record !== undefined) record[right ? "right" : "wrong"] += 1;
      const beside = neighbours(input, candidate);
      add(before, beside.before, right);
      add(after, beside.after, right);
    }
  }
  // That nothing follows says nothing: every kind of number ends a message.
  const trusted = { before: select(before, isTrusted), after: select(after, isTrusted).filter((word) => word !== "") };
  const distrusted = { before: select(before, isDistrusted), after: select(after, isDistrusted) };
  return records.map(({ right, wrong }) => ({ always: wrong === 0 && right >= least, trusted, distrusted }));
}

/** The words beside a place, as the recipe operation "keep" sees them; undefined when only a cut-off word is in reach. */
function neighbours(
  input: string,
  { start, end }: Pick<Candidate, "start" | "end">,
): { before: string | undefined; after: string | undefined } {
  const left = wordsOf(input.slice(Math.max(0, start - LIMITS.context), start)).list;
  const right = wordsOf(input.slice(end, end + LIMITS.context)).list;
  return {
    before: left.at(-1) ?? (start <= LIMITS.context ? "" : undefined),
    after: right[0] ?? (input.length - end <= LIMITS.context ? "" : undefined),
  };
}

function add(counts: Counts, word: string | undefined, right: boolean): void {
  if (word === undefined) return;
  const count = counts.get(word) ?? { right: 0, wrong: 0 };
  count[right ? "right" : "wrong"] += 1;
  counts.set(word, count);
}

type Count = { readonly right: number; readonly wrong: number };
const isTrusted = ({ right, wrong }: Count): boolean => wrong === 0 && right >= LEAST_TRUST;
const isDistrusted = ({ right, wrong }: Count): boolean => right === 0 && wrong > 0;

function select(counts: Counts, wanted: (count: Count) => boolean): readonly string[] {
  const words = [...counts].filter(([, count]) => wanted(count));
  words.sort(([a, x], [b, y]) => y.right + y.wrong - x.right - x.wrong || (a < b ? -1 : 1));
  return words
    .slice(0, MOST_WORDS)
    .map(([word]) => word)
    .sort();
}
