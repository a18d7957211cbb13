// This file chooses how strict the rules for a label must be, on blocks of rows that they were not learnt from.
import { runsOfTrue } from "@kolm/recipe";
import { wilsonLower } from "../evidence/wilson.ts";
import { type Counts, type Keyed, rulesFor, type Strictness } from "./rules.ts";
import type { Tagged } from "./tagged.ts";

/** Rows that were held out, and what was counted on the others. */
export type Block = {
  readonly counts: Counts;
  readonly held: readonly { readonly row: Tagged; readonly keyed: Keyed }[];
};

const LEAST = [2, 3, 5, 10, 20] as const;
const PURITY = [0.9, 0.95, 0.98, 1] as const;
const VOICES = [1, 2, 3, 4, 6] as const;

/** How many are tried. */
export const STRICTNESSES = LEAST.length * PURITY.length * VOICES.length;

// Quantile of the standard normal for 0.025 / 100: the best of a hundred looks better than it is (Bonferroni).
const QUANTILE = 3.480756404;

type Score = { readonly given: number; readonly right: number };
export type StrictnessOptions = { readonly label: string; readonly precision: number; readonly most: number };

/** The strictness that gives most among those precise enough on every block and, by Wilson's bound, on all; undefined when none is. */
export function chooseStrictness(
  blocks: readonly Block[],
  { label, precision, most }: StrictnessOptions,
): Strictness | undefined {
  let best: { strictness: Strictness; given: number } | undefined;
  for (const least of LEAST) {
    for (const purity of PURITY) {
      const byBlock = blocks.map(({ counts, held }) =>
        scores(held, rulesFor(counts, label, { least, purity, most }), label),
      );
      VOICES.forEach((voices, index) => {
        const found = byBlock.map((all) => all[index] ?? NONE);
        const given = found.reduce((sum, score) => sum + score.given, 0);
        const right = found.reduce((sum, score) => sum + score.right, 0);
        const steady = found.every((score) => score.right >= precision * score.given);
        if (steady && wilsonLower(right, given, QUANTILE) >= precision && given > (best?.given ?? 0))
          best = { strictness: { least, purity, voices }, given };
      });
    }
  }
  return best?.strictness;
}

const NONE: Score = { given: 0, right: 0 };

/** For each number of voices, the pieces that rules give and those that are right. */
function scores(held: Block["held"], rules: Int8Array, label: string): readonly Score[] {
  const all = VOICES.map(() => ({ given: 0, right: 0 }));
  for (const { row, keyed } of held) {
    const voices = keyed.map((ids) => voicesOf(ids, rules));
    if (!voices.some((count) => count > 0)) continue;
    VOICES.forEach((least, index) => {
      const said = voices.map((count) => (Math.abs(count) < least ? undefined : count > 0));
      const score = all[index] ?? { given: 0, right: 0 };
      for (const [first, last] of runsOfTrue(said)) {
        score.given += 1;
        if (isRun(row, { first, last, label })) score.right += 1;
      }
    });
  }
  return all;
}

/** How many rules agree: above 0 for, below 0 against; 0 when they differ or none speaks. */
function voicesOf(ids: readonly number[], rules: Int8Array): number {
  let [yes, no] = [0, 0];
  for (const id of ids) {
    const said = rules[id] ?? 0;
    if (said > 0) yes += 1;
    else if (said < 0) no += 1;
  }
  return yes > 0 && no > 0 ? 0 : yes - no;
}

/** Whether the tokens are one whole span of the label; rows whose spans are cut are never right. */
function isRun(
  { tags, whole }: Tagged,
  { first, last, label }: { first: number; last: number; label: string },
): boolean {
  if (!whole || tags[first - 1] === label || tags[last + 1] === label) return false;
  for (let at = first; at <= last; at++) if (tags[at] !== label) return false;
  return true;
}
