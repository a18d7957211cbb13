// This file learns rules from labelled addresses, each a context and the component it means, and reads addresses by the rules that agree.
import { classOf, endsPart, type Lexicon, lexiconOf, plain, type Tagged } from "./token.ts";

/** How sure a rule must be, and how many rules must speak for a word. */
export type Strictness = { readonly least: number; readonly purity: number; readonly voices: number };

/** Gives the component of each word; undefined where the rules are silent or differ. */
export type Reader = (words: readonly string[], strictness: Strictness) => readonly (string | undefined)[];

/** Learns the rules of every kind of context. */
export function learnRules(rows: readonly Tagged[]): Reader {
  const lexicon = lexiconOf(rows);
  const rules = new Map<string, Map<string, number>>();
  for (const { words, tags } of rows) {
    const keys = contextsOf(words, lexicon);
    words.forEach((_, index) => {
      for (const key of keys[index] ?? []) {
        const tally = rules.get(key) ?? new Map<string, number>();
        rules.set(key, tally);
        tally.set(tags[index] ?? "", (tally.get(tags[index] ?? "") ?? 0) + 1);
      }
    });
  }
  return (words, strictness) => contextsOf(words, lexicon).map((keys) => agreed(keys, rules, strictness));
}

function agreed(
  keys: readonly string[],
  rules: ReadonlyMap<string, ReadonlyMap<string, number>>,
  { least, purity, voices }: Strictness,
): string | undefined {
  let said: string | undefined;
  let count = 0;
  for (const key of keys) {
    const tally = rules.get(key);
    if (tally === undefined) continue;
    const all = [...tally.values()].reduce((sum, one) => sum + one, 0);
    if (all < least) continue;
    const [tag, most] = [...tally].reduce((best, one) => (one[1] > best[1] ? one : best), ["", 0]);
    if (most / all < purity) continue;
    if (said !== undefined && said !== tag) return undefined;
    said = tag;
    count += 1;
  }
  return count >= voices ? said : undefined;
}

/** The contexts of each word: what stands around it, widest first. */
function contextsOf(words: readonly string[], lexicon: Lexicon): readonly (readonly string[])[] {
  const kinds = words.map((word) => classOf(word, lexicon));
  const kind = (at: number): string => kinds[at] ?? "none";
  const comma = (at: number): string => endsPart(words[at]);
  return words.map((word, at) => {
    const around = [kind(at - 2), kind(at - 1), kind(at), kind(at + 1), kind(at + 2)];
    const marks = comma(at - 1) + comma(at);
    return [
      ["around", ...around, marks],
      ["near", ...around.slice(1, 4), marks],
      ["after", ...around.slice(0, 3), marks],
      ["before", ...around.slice(2), kind(at + 3), marks],
      ["word", plain(word), kind(at - 1), kind(at + 1)],
    ].map((parts) => parts.join("|"));
  });
}
