// This file tells whether a text stands, wholly or nearly, among inputs that nothing may learn from.
import { normalise } from "./rows.ts";
import { mostAlikeOf } from "./trigrams.ts";

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
  const mostAlike = mostAlikeOf(keys);
  return (text) => {
    const key = normalise(text);
    if (equal.has(key)) return true;
    const padded = ` ${key} `;
    return quotable.some((quoted) => padded.includes(quoted)) || (mostAlike(key)?.similarity ?? 0) >= NEAR;
  };
}
