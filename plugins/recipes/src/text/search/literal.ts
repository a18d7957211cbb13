// This file says what a constant costs: marks little, letters more, digits and what stands in the input most.
import type { Rows } from "../term.ts";

/** The cost of a constant text; several examples that share it make it cheaper. */
export function literalCost(text: string, { inputs, outputs }: Rows): number {
  let cost = 0.5;
  for (const word of text.match(/\p{L}+|\d+|[^\p{L}\d]+/gu) ?? []) {
    if (/\d/.test(word)) cost += 2.2 * word.length;
    else if (/\p{L}/u.test(word)) {
      const copied = outputs.length > 0 && (inputs[0] ?? "").toLowerCase().includes(word.toLowerCase());
      cost += Math.min(4, 0.6 + 0.25 * word.length) + (copied ? 0.8 + 0.4 * Math.min(word.length, 6) : 0);
    } else cost += 0.1 * word.length;
  }
  return cost / Math.min(3, 0.6 + 0.4 * outputs.length);
}
