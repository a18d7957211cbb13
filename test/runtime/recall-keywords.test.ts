// This file checks ranking by words, and how rankings are joined.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openRecall, type Recall } from "@kolm/runtime";
import { payloadOf, sampleIndex, unitVectors } from "./recall-sample.ts";

const TEXTS = [
  "Cats chase mice; the cat sleeps.",
  "A dog chases the cat over the fence.",
  "Weather report: rain, rain and more rain.",
  "Rain delayed the match of cats and dogs.",
  "",
];
const opened = (
  more: { readonly weights?: Record<string, string>; readonly vectors?: Float32Array[] } = {},
): Recall => {
  const { index, files } = sampleIndex({
    payloads: TEXTS.map((text, row) => payloadOf(row, { text })),
    words: TEXTS,
    spaces: more.vectors ? [{ vectors: more.vectors }] : [],
    weights: more.weights ?? {},
  });
  return openRecall(index, files);
};
const ids = (recall: Recall, words: string): string[] => recall.search({ words }).hits.map(({ id }) => id);

test("BM25 scores are those of its formula, with stems and without stop words", () => {
  // Words left: cat chase mice cat sleep | dog chase cat over fenc | weather report rain rain more rain | rain delai match cat dog | –
  const lengths = [5, 5, 6, 5, 0];
  const mean = 21 / 5;
  const idf = (holding: number): number => Math.log(1 + (5 - holding + 0.5) / (holding + 0.5));
  const part = (row: number, count: number): number =>
    (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * (lengths[row] ?? 0)) / mean));
  const { hits } = opened().search({ words: "The raining cats" });
  const expected = [
    ["p3", idf(2) * part(3, 1) + idf(3) * part(3, 1)],
    ["p2", idf(2) * part(2, 3)],
    ["p0", idf(3) * part(0, 2)],
    ["p1", idf(3) * part(1, 1)],
  ] as const;
  assert.deepEqual(
    hits.map(({ id }) => id),
    [...expected].sort((a, b) => b[1] - a[1]).map(([id]) => id),
  );
  for (const [id, score] of expected)
    assert.ok(Math.abs((hits.find((hit) => hit.id === id)?.score ?? 0) - score) < 1e-9, id);
});

test("passages that hold none of the words are not found", () => {
  assert.deepEqual(ids(opened(), "fence"), ["p1"]);
  assert.deepEqual(ids(opened(), "the and of"), []);
  assert.deepEqual(ids(opened(), "zebra"), []);
});

test("words match whatever their case, width and script", () => {
  const texts = ["ＦＵＬＬ width Straße", "москва Москвой", "東京 タワー"];
  const { index, files } = sampleIndex({ payloads: texts.map((text, row) => payloadOf(row, { text })), words: texts });
  const recall = openRecall(index, files);
  assert.deepEqual(ids(recall, "full WIDTH"), ["p0"]);
  assert.deepEqual(ids(recall, "МОСКВА"), ["p1"]);
  assert.deepEqual(ids(recall, "東京"), ["p2"]);
});

test("rankings are joined by reciprocal ranks with their weights, and each hit tells its places", () => {
  const vectors = unitVectors(5, "fused");
  const query = { vectors: new Map([["text", vectors[4] ?? new Float32Array()]]), words: "rain" };
  const { hits } = opened({ vectors }).search(query);
  assert.deepEqual(Object.keys(hits[0]?.ranks ?? {}), ["text", "keywords"]);
  for (const { score, ranks } of hits) {
    const sum = ["text", "keywords"].reduce(
      (total, name) => total + (ranks[name] ? 1 / (60 + ranks[name].rank) : 0),
      0,
    );
    assert.ok(Math.abs(score - sum / (2 / 61)) < 1e-12);
  }
  assert.equal(opened({ vectors, weights: { text: "0" } }).search(query).hits[0]?.id, "p2");
  assert.equal(opened({ vectors, weights: { keywords: "0" } }).search(query).hits[0]?.id, "p4");
  assert.deepEqual(
    opened({ vectors })
      .search(query, { spaces: ["keywords"] })
      .hits.map(({ id }) => id),
    ["p2", "p3"],
  );
});
