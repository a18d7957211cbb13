// This file tells whether a text stands, wholly or nearly, among inputs that nothing may learn from.
import { normalise } from "./rows.ts";

/** From this many words on, a held-out input quoted inside a longer text is a leak as well. */
const QUOTED_WORDS = 8;
/** Jaccard similarity of the word 3-grams from which two texts are nearly the same. */
const NEAR = 0.8;

/** True for a text that equals a held-out input, quotes one of eight words or more, or shares 80 % of its word 3-grams. */
export type HeldOut = (text: string) => boolean;

/** The check against these inputs, all compared after normalisation. */
export function heldOutFrom(inputs: readonly string[]): HeldOut {
  const keys = [...new Set(inputs.map(normalise))];
  const equal = new Set(keys);
  const quotable = keys.filter((key) => key.split(" ").length >= QUOTED_WORDS).map((key) => ` ${key} `);
  const grams = keys.map(trigramsOf);
  const holders = invert(grams);
  return (text) => {
    const key = normalise(text);
    if (equal.has(key)) return true;
    const padded = ` ${key} `;
    return quotable.some((quoted) => padded.includes(quoted)) || isNear(trigramsOf(key), grams, holders);
  };
}

function isNear(
  own: ReadonlySet<string>,
  grams: readonly ReadonlySet<string>[],
  holders: ReadonlyMap<string, readonly number[]>,
): boolean {
  const shared = new Map<number, number>();
  for (const gram of own) for (const index of holders.get(gram) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
  for (const [index, both] of shared) if (both / (own.size + (grams[index]?.size ?? 0) - both) >= NEAR) return true;
  return false;
}

function trigramsOf(key: string): ReadonlySet<string> {
  const words = key.split(" ");
  return new Set(words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`));
}

function invert(grams: readonly ReadonlySet<string>[]): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  for (const [index, set] of grams.entries()) {
    for (const gram of set) {
      const list = holders.get(gram);
      if (list) list.push(index);
      else holders.set(gram, [index]);
    }
  }
  return holders;
}
