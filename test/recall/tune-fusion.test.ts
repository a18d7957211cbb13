// This file checks fusing rankings by their scores: what the runtime computes, and that examples choose it where it is better.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "@kolm/format";
import { openRecall, packKeywords, packVectors, RecallIndex, scaledScores } from "@kolm/runtime";
import { tune } from "../../plugins/recall/src/tune/tune.ts";

const TEXTS = ["red fox", "red red fox den", "blue whale", "green field", "red barn"];
/** Cosines of the query [1, 0] with each. */
const COSINES = [0.12, 0.2, 0.95, 0.15, 0.1];
const files = new Map([
  [
    "payloads.jsonl",
    utf8(
      TEXTS.map((_, at) => `{"id":"${at}","kind":"text","sha256":"${"0".repeat(64)}","source":"${at}.md"}\n`).join(""),
    ),
  ],
  [
    "vectors.bin",
    packVectors(
      COSINES.map((cosine) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine))),
      "f32",
    ),
  ],
  ["keywords.bin", packKeywords(TEXTS, "none")],
]);

const indexOf = (fuse: RecallIndex["fuse"]): RecallIndex =>
  RecallIndex.parse({
    version: 2,
    count: TEXTS.length,
    topK: 5,
    payloads: "payloads.jsonl",
    ship: "payload-digests",
    spaces: [
      {
        name: "text",
        dims: 2,
        count: TEXTS.length,
        metric: "cosine",
        rows: null,
        vectors: { file: "vectors.bin", type: "f32" },
        graph: null,
        queries: { text: "text" },
      },
    ],
    encoders: {
      text: {
        modality: "text",
        model: "layers/model/encoder.onnx",
        tokenizer: "layers/model/tokenizer.json",
        names: { ids: "ids", mask: "mask", pooled: "pooled", tokens: "tokens" },
        maxTokens: 8,
      },
    },
    keywords: { file: "keywords.bin", language: "none", k1: "1.2", b: "0.75" },
    fuse,
    diversity: null,
  });

const query = { vectors: new Map([["text", Float32Array.of(1, 0)]]), words: "red fox" };

test("by score, a hit counts as far as it stands between a ranking's last and first", () => {
  const recall = openRecall(indexOf({ by: "score", constant: 60, weights: { text: "1", keywords: "0.5" } }), files);
  const alone = (name: string) => recall.search(query, { spaces: [name] }).hits;
  const sums = new Map<string, number>();
  for (const [name, weight] of [
    ["text", 1],
    ["keywords", 0.5],
  ] as const) {
    const hits = alone(name);
    const [best = 0, least = 0] = [hits[0]?.score, hits.at(-1)?.score];
    for (const { id, score } of hits)
      sums.set(id, (sums.get(id) ?? 0) + (weight * (score - least)) / (best - least) / 1.5);
  }
  const { hits } = recall.search(query);
  assert.deepEqual(
    hits.map(({ id }) => id),
    [...sums].sort(([, a], [, b]) => b - a).map(([id]) => id),
  );
  for (const { id, score } of hits) assert.ok(Math.abs(score - (sums.get(id) ?? NaN)) < 1e-12);
});

test("scores that are all alike count fully", () => {
  assert.deepEqual(scaledScores([0.4, 0.4]), [1, 1]);
  assert.deepEqual(scaledScores([3]), [1]);
  assert.deepEqual(scaledScores([]), []);
});

test("examples choose it where ranks hide how far ahead the right passage is", () => {
  const index = indexOf({ constant: 60, weights: { text: "1", keywords: "1" } });
  // By rank the fox's den is near the top of both rankings; the whale leads one by far and is not in the other.
  const wanted = [{ input: query.words, sources: ["2.md"] }];
  const [vector = new Float32Array()] = query.vectors.values();
  const tuned = tune(index, { files, wanted, vectors: [vector], auto: true });
  const first = (given: RecallIndex) => openRecall(given, files).search(query).hits[0]?.source;
  assert.notEqual(first(index), "2.md");
  assert.equal(tuned.fuse.by, "score");
  assert.equal(first(tuned), "2.md");
});

test("without a gain the rankings stay joined by rank, with weights of 1", () => {
  const index = indexOf({ constant: 60, weights: { text: "1", keywords: "1" } });
  const [vector = new Float32Array()] = query.vectors.values();
  const tuned = tune(index, {
    files,
    wanted: [{ input: query.words, sources: ["1.md"] }],
    vectors: [vector],
    auto: true,
  });
  assert.deepEqual(tuned.fuse, index.fuse);
});
