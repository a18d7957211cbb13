// This file measures how alike texts are by the runs of three words they share.

/** The distinct runs of three words of a normalised text; none for a text under three words. */
export function wordTrigrams(key: string): ReadonlySet<string> {
  const words = key.split(" ");
  return new Set(words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`));
}

export type Alike = { readonly index: number; readonly similarity: number };

/** Of these texts the one most like a given one, by Jaccard similarity of word 3-grams; the first of several, none that shares none. */
export function mostAlikeOf(keys: readonly string[]): (key: string) => Alike | undefined {
  const grams = keys.map(wordTrigrams);
  const holders = invert(grams);
  return (key) => {
    const own = wordTrigrams(key);
    const shared = new Map<number, number>();
    for (const gram of own)
      for (const index of holders.get(gram) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
    let best: Alike | undefined;
    for (const [index, both] of shared) {
      const similarity = both / (own.size + (grams[index]?.size ?? 0) - both);
      const better =
        best === undefined || similarity > best.similarity || (similarity === best.similarity && index < best.index);
      if (better) best = { index, similarity };
    }
    return best;
  };
}

/** Which texts hold each run. */
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
