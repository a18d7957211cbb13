// This file cuts rows into blocks that stand together, since rows of one source do, with near-copies in one block.
import { wordsOf } from "@kolm/recipe";

/** The block of each input, 0 to count - 1; inputs alike but for their digits go where the first of them stands. */
export function blocksOf(inputs: readonly string[], count: number): readonly number[] {
  const size = Math.max(1, Math.ceil(inputs.length / count));
  const first = new Map<string, number>();
  return inputs.map((input, index) => {
    const form = wordsOf(input).form.replace(/\d/g, "0");
    const block = first.get(form) ?? Math.floor(index / size);
    first.set(form, block);
    return block;
  });
}
