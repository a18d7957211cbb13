// This file learns the words that nearly always carry one label.
import { describeTokens } from "@kolm/recipe";
import type { Tagged } from "./tagged.ts";

const LEAST = 4;
const PURE = 0.85;
/** Tells a class of the lexicon from a shape. */
const MARK = "=";

/** Words seen often enough under nearly one label, with that label; words that are only digits and marks are left to their shape. */
export function learnLexicon(rows: readonly Tagged[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const row of rows) {
    describeTokens(row.input, row.tokens, new Map()).forEach(({ word }, at) => {
      const tally = counts.get(word) ?? new Map<string, number>();
      counts.set(word, tally);
      const tag = row.tags[at] ?? "";
      tally.set(tag, (tally.get(tag) ?? 0) + 1);
    });
  }
  return new Map(
    [...counts].flatMap(([word, tally]): [string, string][] => {
      const all = [...tally.values()].reduce((sum, times) => sum + times, 0);
      const [tag, most] = [...tally].reduce((best, one) => (one[1] > best[1] ? one : best));
      return /\p{L}/u.test(word) && all >= LEAST && most / all >= PURE ? [[word, MARK + tag]] : [];
    }),
  );
}
