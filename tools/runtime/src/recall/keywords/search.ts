// This file ranks payloads by the words they share with a query: BM25 (Robertson & Zaragoza 2009).
import { log } from "../../student/exponential.ts";
import { bestOf, type Ranked } from "../ranking.ts";
import { analyse, type Language } from "./analyse.ts";
import type { Keywords } from "./keywords-file.ts";

export type KeywordSearch = (
  query: string,
  options: { readonly most: number; readonly admitted?: ReadonlySet<number> | undefined },
) => readonly Ranked[];

export type Bm25 = { readonly language: Language; readonly k1: number; readonly b: number };

/** Payloads that hold none of the words are not ranked. */
export function createKeywordSearch(keywords: Keywords, { language, k1, b }: Bm25): KeywordSearch {
  const { lengths, words, starts, rows, counts } = keywords;
  const total = lengths.length;
  const mean = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, total));
  const norms = Float64Array.from(lengths, (length) => k1 * (1 - b + (b * length) / mean));
  const sums = new Float64Array(total);
  return (query, { most, admitted }) => {
    const touched: number[] = [];
    for (const word of new Set(analyse(query, language))) {
      const at = words.get(word);
      if (at === undefined) continue;
      const [from = 0, to = 0] = [starts[at], starts[at + 1]];
      const weight = log(1 + (total - (to - from) + 0.5) / (to - from + 0.5)) * (k1 + 1);
      for (let posting = from; posting < to; posting++) {
        const [row = 0, count = 0] = [rows[posting], counts[posting]];
        if (admitted && !admitted.has(row)) continue;
        if (sums[row] === 0) touched.push(row);
        sums[row] = (sums[row] ?? 0) + (weight * count) / (count + (norms[row] ?? 0));
      }
    }
    const ranking = bestOf(
      touched.map((row) => ({ row, score: sums[row] ?? 0 })),
      most,
    );
    for (const row of touched) sums[row] = 0;
    return ranking;
  };
}
