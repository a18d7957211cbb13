// This file prepares answers for learning once for all fields: tokens, tags, and counts of contexts.
import type { Answer } from "../answers.ts";
import { learnApart } from "./apart.ts";
import { type Counts, countContexts } from "./rules.ts";
import { type Tagged, tagAnswer } from "./tagged.ts";

export type Prepared = {
  readonly apart: string;
  readonly counts: Counts;
  /** How many labels tokens have. */
  readonly labels: number;
};

/** Sets of answers remembered: all of them, and all without each fold. */
const KEPT = 8;
const known = new WeakMap<Answer, { readonly answers: readonly Answer[]; readonly prepared: Prepared }[]>();

/** The same answers again cost nothing, so that fields of one contract share the work. */
export function prepare(answers: readonly Answer[]): Prepared | undefined {
  const [first] = answers;
  if (first === undefined) return undefined;
  const entries = known.get(first) ?? [];
  const found = entries.find((entry) => isSame(entry.answers, answers));
  if (found !== undefined) return found.prepared;
  const apart = learnApart(answers);
  const counts = countContexts(tagAll(answers, apart));
  const prepared = { apart, counts, labels: counts.byLabel.size };
  known.set(first, [...entries, { answers, prepared }].slice(-KEPT));
  return prepared;
}

function isSame(a: readonly Answer[], b: readonly Answer[]): boolean {
  return a.length === b.length && a.every((answer, index) => answer === b[index]);
}

/** The answers as tagged tokens, without those out of scope. */
export function tagAll(answers: readonly Answer[], apart: string): readonly Tagged[] {
  return answers.flatMap((answer): Tagged[] => {
    const tagged = tagAnswer(answer, apart);
    return tagged === undefined ? [] : [tagged];
  });
}
