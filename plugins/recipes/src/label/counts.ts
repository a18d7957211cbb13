// This file counts the phrases of one to four words in answers, by the value they come with.
import { wordsOf } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import { labelOf } from "./values.ts";

/** In how many answers a phrase stands, and its most frequent value with its share; undefined is out of scope. */
export type PhraseCounts = ReadonlyMap<string, { total: number; label: string | undefined; ofLabel: number }>;

const LONGEST = 4;
const memo = new WeakMap<Answer, readonly string[]>();

/** The different phrases of an answer's input. */
export function phrasesOf(answer: Answer): readonly string[] {
  const known = memo.get(answer);
  if (known !== undefined) return known;
  const { list } = wordsOf(answer.input);
  const phrases = new Set<string>();
  for (let from = 0; from < list.length; from++) {
    for (let length = 1; length <= LONGEST && from + length <= list.length; length++) {
      phrases.add(list.slice(from, from + length).join(" "));
    }
  }
  const made = [...phrases];
  memo.set(answer, made);
  return made;
}

/** Counts phrases; a phrase whose first two answers differ in value can never be pure, so only one value is kept. */
export function countPhrases(answers: readonly Answer[], field: string): PhraseCounts {
  const counts = new Map<string, { total: number; label: string | undefined; ofLabel: number }>();
  for (const answer of answers) {
    const label = labelOf(answer, field);
    for (const phrase of phrasesOf(answer)) {
      const count = counts.get(phrase);
      if (count === undefined) counts.set(phrase, { total: 1, label, ofLabel: 1 });
      else {
        count.total += 1;
        if (count.label === label) count.ofLabel += 1;
      }
    }
  }
  return counts;
}
