// This file gives the texts that programs start from: the input, or its columns where every row has the same number of them.
import { pieceOf } from "@kolm/recipe";
import type { Rows, Term } from "../term.ts";

/** Between columns of one row: U+001F, the unit separator of ASCII, or a tab. */
const COLUMN_MARKS: readonly string[] = ["\u001F", "\t"];

/** The input as a term, or one term a column. */
export function sourcesOf({ inputs }: Rows): readonly Term[] {
  const input: Term = { node: { op: "input" }, of: [], cost: 0.5, values: inputs };
  for (const mark of COLUMN_MARKS) {
    const counts = new Set(inputs.map((text) => text.split(mark).length));
    const [count = 1] = counts;
    if (counts.size !== 1 || count === 1 || count > 16) continue;
    return Array.from({ length: count }, (_, at): Term => ({
      node: { op: "piece", by: mark, at },
      of: [input],
      cost: 0.6,
      values: inputs.map((text) => pieceOf(text, mark, at)),
    }));
  }
  return [input];
}
