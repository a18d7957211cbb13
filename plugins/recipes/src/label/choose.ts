// This file chooses the phrases that are without exception said with one value, beyond what chance explains.
import type { Answer } from "../answers.ts";
import { type PhraseCounts, phrasesOf } from "./counts.ts";
import { labelOf } from "./values.ts";

const MOST_PHRASES = 128;
/** Answers a phrase must add to those before it. */
const LEAST_FRESH = 2;
/** A phrase is taken when chance alone would make it free of exceptions less often than this. */
const CHANCE = 0.01;

export type ChooseOptions = { readonly field: string; readonly least: number };

/** For each value, its phrases without exception: the most covering first, each adding some answers. */
export function choosePhrases(
  counts: PhraseCounts,
  answers: readonly Answer[],
  { field, least }: ChooseOptions,
): ReadonlyMap<string, readonly string[]> {
  const byLabel = new Map<string, Answer[]>();
  for (const answer of answers) {
    const label = labelOf(answer, field);
    if (label !== undefined) byLabel.set(label, [...(byLabel.get(label) ?? []), answer]);
  }
  const chosen = new Map<string, readonly string[]>();
  for (const label of [...byLabel.keys()].sort()) {
    const own = byLabel.get(label) ?? [];
    const enough = Math.max(least, timesBeyondChance(own.length / answers.length));
    const phrases = cover(own, purePhrases(counts, label, enough), counts);
    if (phrases.length > 0) chosen.set(label, phrases);
  }
  return chosen;
}

/** The smallest n for which a value of this share comes n times in a row by chance less than once in a hundred. */
function timesBeyondChance(share: number): number {
  let times = 0;
  for (let chance = 1; chance >= CHANCE && times < 1_000; times++) chance *= share;
  return times;
}

function purePhrases(counts: PhraseCounts, label: string, least: number): ReadonlySet<string> {
  const pure = new Set<string>();
  for (const [phrase, count] of counts) {
    if (count.label === label && count.ofLabel === count.total && count.total >= least) pure.add(phrase);
  }
  return pure;
}

function cover(answers: readonly Answer[], candidates: ReadonlySet<string>, counts: PhraseCounts): readonly string[] {
  const total = (phrase: string): number => counts.get(phrase)?.total ?? 0;
  const sorted = [...candidates].sort((a, b) => total(b) - total(a) || a.length - b.length || (a < b ? -1 : 1));
  const where = new Map<string, number[]>(sorted.map((phrase) => [phrase, []]));
  answers.forEach((answer, index) => {
    for (const phrase of phrasesOf(answer)) where.get(phrase)?.push(index);
  });
  const covered = new Set<number>();
  const chosen: string[] = [];
  for (const phrase of sorted) {
    const fresh = (where.get(phrase) ?? []).filter((index) => !covered.has(index));
    if (fresh.length < LEAST_FRESH || chosen.length >= MOST_PHRASES) continue;
    chosen.push(phrase);
    for (const index of fresh) covered.add(index);
  }
  return chosen;
}
