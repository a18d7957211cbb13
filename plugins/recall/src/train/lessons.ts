// This file pairs queries with the passages that answer them, and with those that share their words and do not.
import { utf8 } from "@kolm/format";
import { type Language, openRecall, packKeywords, type Recall, RecallIndex } from "@kolm/runtime";
import type { Material, Passage } from "./material.ts";

/** A query with places of passages: of each right source those nearest by words, and of wrong sources the nearest each. */
export type Lesson = {
  readonly query: string;
  readonly sources: ReadonlySet<string>;
  readonly right: readonly (readonly number[])[];
  readonly wrong: readonly number[];
};

/** Passages by words that are looked at, of them those of a right source that count, and the wrong sources. */
const DEPTH = 300;
const RIGHT = 2;
const WRONG = 12;

/** Lessons of the queries that have a source among the passages, in order; what no passage answers teaches nothing. */
export function lessonsOf({ passages, queries }: Pick<Material, "passages" | "queries">, language: Language): Lesson[] {
  const recall = wordsOnly(passages, language);
  const bySource = new Map<string, number[]>();
  for (const [at, { source }] of passages.entries()) bySource.set(source, [...(bySource.get(source) ?? []), at]);
  return queries.flatMap(({ input, sources }) => {
    const known = sources.filter((source) => bySource.has(source));
    if (known.length === 0) return [];
    const ranked = recall.search({ words: input }, { k: DEPTH }).hits.map(({ id }) => Number(id));
    const of = (source: string): number[] => ranked.filter((at) => passages[at]?.source === source);
    const right = known.map((source) => [...of(source), ...(bySource.get(source) ?? [])].slice(0, RIGHT));
    const others = [...new Set(ranked.map((at) => passages[at]?.source ?? ""))].filter((one) => !sources.includes(one));
    const wrong = others.slice(0, WRONG).flatMap((source) => of(source).slice(0, 1));
    return [{ query: input, sources: new Set(sources), right, wrong }];
  });
}

/** A search by words alone, whose ids are places of passages. */
function wordsOnly(passages: readonly Passage[], language: Language): Recall {
  const sha256 = "0".repeat(64);
  const lines = passages.map((_, at) => JSON.stringify({ id: String(at), source: "corpus", kind: "text", sha256 }));
  const files = new Map([
    ["payloads.jsonl", utf8(lines.map((line) => `${line}\n`).join(""))],
    [
      "keywords.bin",
      packKeywords(
        passages.map(({ text }) => text),
        language,
      ),
    ],
  ]);
  const index = RecallIndex.parse({
    version: 2,
    count: passages.length,
    topK: 10,
    payloads: "payloads.jsonl",
    ship: "payload-digests",
    spaces: [],
    encoders: {},
    keywords: { file: "keywords.bin", language, k1: "1.2", b: "0.75" },
    fuse: { constant: 60, weights: { keywords: "1" } },
    diversity: null,
  });
  return openRecall(index, files);
}
