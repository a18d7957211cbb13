// This file counts how often each context of a token comes with each label.
import { contextKey, describeTokens } from "@kolm/recipe";
import { CONTEXTS } from "./contexts.ts";
import { learnLexicon } from "./lexicon.ts";
import type { Tagged } from "./tagged.ts";

/** Of each token the ids of its contexts; -1 for a context that was never seen. */
export type Keyed = readonly (readonly number[])[];

/** What was counted over rows: a number for each key, its count, and its count by label. */
export type Counts = {
  readonly lexicon: ReadonlyMap<string, string>;
  readonly keys: readonly string[];
  readonly total: readonly number[];
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly keyed: (row: Tagged) => Keyed;
};

/** Counts the contexts of all tokens of rows whose spans are whole tokens. */
export function countContexts(rows: readonly Tagged[]): Counts {
  const whole = rows.filter((row) => row.whole);
  const lexicon = learnLexicon(whole);
  const ids = new Map<string, number>();
  const keys: string[] = [];
  const total: number[] = [];
  const byLabel = new Map<string, Map<number, number>>();
  for (const row of whole) {
    keysOf(row, lexicon).forEach((found, at) => {
      const label = row.tags[at] ?? "";
      const counts = byLabel.get(label) ?? new Map<number, number>();
      byLabel.set(label, counts);
      for (const key of found) {
        const id = ids.get(key) ?? keys.push(key) - 1;
        ids.set(key, id);
        total[id] = (total[id] ?? 0) + 1;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    });
  }
  const keyed = (row: Tagged): Keyed => keysOf(row, lexicon).map((found) => found.map((key) => ids.get(key) ?? -1));
  return { lexicon, keys, total, byLabel, keyed };
}

function keysOf({ input, tokens }: Tagged, lexicon: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  const described = describeTokens(input, tokens, lexicon);
  return tokens.map((_, at) => CONTEXTS.map((context, index) => contextKey(described, at, { context, index })));
}

/** How often a rule must have been seen, and how often it must have been right. */
export type Strictness = { readonly least: number; readonly purity: number; readonly voices: number };

/** What each rule says of a label: 1 for, -1 against, 0 nothing; at most `most` rules, those seen most. */
export function rulesFor(
  { total, byLabel }: Counts,
  label: string,
  { least, purity, most }: Omit<Strictness, "voices"> & { readonly most: number },
): Int8Array {
  const own = byLabel.get(label);
  const said = new Int8Array(total.length);
  const seen: number[] = [];
  total.forEach((all, id) => {
    if (all < least) return;
    const right = own?.get(id) ?? 0;
    said[id] = right >= purity * all ? 1 : all - right >= purity * all ? -1 : 0;
    if (said[id] !== 0) seen.push(id);
  });
  if (seen.length > most) {
    // Of rules seen equally often those that speak for the label stay, then those counted first.
    seen.sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0) || (said[b] ?? 0) - (said[a] ?? 0) || a - b);
    for (const id of seen.slice(most)) said[id] = 0;
  }
  return said;
}
