// This file checks that recall finds what is nearest, exactly or along a graph, under filters, in several spaces and by words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { graphOfHnswlib, openRecall, packGraph, type Recall, type RecallSearchOptions } from "@kolm/runtime";
import { libraryGraph, skip } from "./hnswlib.ts";
import { cosine, payloadOf, sampleIndex, type SampleSpace, unitVectors } from "./recall-sample.ts";

const payloads = (count: number) => Array.from({ length: count }, (_, row) => payloadOf(row));
const opened = (...spaces: readonly SampleSpace[]): Recall => {
  const { index, files } = sampleIndex({ payloads: payloads(spaces[0]?.vectors.length ?? 0), spaces });
  return openRecall(index, files);
};
const rows = (recall: Recall, query: Float32Array, options: RecallSearchOptions): number[] =>
  recall.search({ vectors: new Map([["text", query]]) }, options).hits.map(({ id }) => Number(id.slice(1)));
const nearest = (vectors: readonly Float32Array[], query: Float32Array, most: number): number[] =>
  vectors
    .map((vector, row) => ({ row, score: cosine(vector, query) }))
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, most)
    .map(({ row }) => row);

test("exact search gives the passages in order of cosine, the lower row first of equals", () => {
  const vectors = [...unitVectors(300, "exact"), ...unitVectors(300, "exact")];
  const recall = opened({ vectors });
  for (const query of unitVectors(20, "queries"))
    assert.deepEqual(rows(recall, query, { k: 9 }), nearest(vectors, query, 9));
  assert.equal(recall.search({ vectors: new Map([["text", vectors[3] ?? new Float32Array()]]) }).probes, 600);
});

test("halves and eight-bit codes find nearly what whole numbers find", () => {
  const vectors = unitVectors(2000, "types");
  for (const [type, share] of [
    ["f16", 0.995],
    ["int8", 0.95],
  ] as const) {
    const recall = opened({ vectors, type });
    let shared = 0;
    for (const query of unitVectors(100, "types queries")) {
      const expected = new Set(nearest(vectors, query, 10));
      shared += rows(recall, query, { k: 10 }).filter((row) => expected.has(row)).length;
    }
    assert.ok(shared / 1000 >= share, `${type}: ${shared} of 1000`);
  }
});

test("search along the graph finds what hnswlib's own search finds, at a fraction of the comparisons", { skip }, () => {
  const all = unitVectors(3200, "graph");
  const vectors = all.slice(0, 3000);
  const library = libraryGraph(vectors);
  const graph = packGraph(graphOfHnswlib(library.saved));
  const recall = opened({ vectors, graph, efSearch: 60 });
  let [ours, theirs, probes] = [0, 0, 0];
  for (const query of all.slice(3000)) {
    const expected = new Set(nearest(vectors, query, 10));
    ours += rows(recall, query, { k: 10 }).filter((row) => expected.has(row)).length;
    theirs += library.nearest(query, 10, 60).filter((row) => expected.has(row)).length;
    probes += recall.search({ vectors: new Map([["text", query]]) }, { k: 10 }).probes;
  }
  assert.ok(ours >= theirs - 5, `${ours} of 2000 found, hnswlib ${theirs}`);
  assert.ok(ours >= 1900, `${ours} of 2000 found`);
  assert.ok(probes / 200 < 1500, `${probes / 200} comparisons a query`);
});

test("eight-bit vectors are walked by the codes they were written with", { skip }, () => {
  const vectors = unitVectors(600, "codes");
  const graph = packGraph(graphOfHnswlib(libraryGraph(vectors).saved));
  const [walked, compared] = [opened({ vectors, graph, type: "int8" }), opened({ vectors, type: "int8" })];
  for (const query of unitVectors(30, "codes queries"))
    assert.deepEqual(rows(walked, query, { k: 3 }), rows(compared, query, { k: 3 }));
});

test("a graph of one passage works, and asking for more than there are", { skip }, () => {
  const vectors = unitVectors(1, "one");
  const graph = packGraph(graphOfHnswlib(libraryGraph(vectors).saved));
  assert.deepEqual(rows(opened({ vectors, graph }), vectors[0] ?? new Float32Array(), { k: 50 }), [0]);
});

test("a hit carries the passage, its score and its places, and nothing else", () => {
  const vectors = unitVectors(3, "payload");
  const [first] = opened({ vectors }).search({ vectors: new Map([["text", vectors[1] ?? new Float32Array()]]) }).hits;
  const score = first?.score ?? 0;
  assert.ok(Math.abs(score - 1) < 1e-6);
  assert.deepEqual(first, {
    id: "p1",
    source: "docs/1.md",
    kind: "text",
    text: "passage 1",
    score,
    ranks: { text: { rank: 1, score } },
  });
  const empty = sampleIndex({ payloads: [] });
  assert.deepEqual(openRecall(empty.index, empty.files).search({}).hits, []);
});

test("pages follow each other without gap or repetition", { skip }, () => {
  const vectors = unitVectors(500, "pages");
  const graph = packGraph(graphOfHnswlib(libraryGraph(vectors).saved));
  const [query = new Float32Array()] = unitVectors(1, "page query");
  for (const recall of [opened({ vectors }), opened({ vectors, graph, efSearch: 200 })]) {
    const pages = [0, 10, 20].flatMap((offset) => rows(recall, query, { k: 10, offset }));
    assert.deepEqual(pages, rows(recall, query, { k: 30 }));
  }
});

test("a filter finds the nearest of those it admits, however few they are", { skip }, () => {
  const vectors = unitVectors(800, "filter");
  const graph = packGraph(graphOfHnswlib(libraryGraph(vectors).saved));
  const lines = vectors.map((_, row) =>
    payloadOf(row, {
      source: row % 100 === 0 ? "rare/x.md" : "docs/x.md",
      kind: row % 2 === 0 ? "text" : "image",
      meta: { year: 2000 + (row % 5), draft: row % 7 === 0 },
    }),
  );
  const { index, files } = sampleIndex({ payloads: lines, spaces: [{ vectors, graph }] });
  const recall = openRecall(index, files);
  const [query = new Float32Array()] = unitVectors(1, "filter query");
  const among = (test: (row: number) => boolean): number[] => nearest(vectors, query, 800).filter(test).slice(0, 6);
  const found = (filter: RecallSearchOptions["filter"]): number[] => rows(recall, query, { k: 6, filter });
  assert.deepEqual(
    found({ source: "rare/" }),
    among((row) => row % 100 === 0),
  );
  assert.deepEqual(
    found({ kind: "image", meta: { year: [2001, 2003] } }),
    among((row) => row % 2 === 1 && [1, 3].includes(row % 5)),
  );
  assert.deepEqual(
    found({ meta: { draft: true, year: 2002 } }),
    among((row) => row % 7 === 0 && row % 5 === 2),
  );
  assert.deepEqual(found({ meta: { toString: "x" } }), []);
  assert.deepEqual(found({ source: ["none/"] }), []);
});

test("a passage with several vectors is found once, by the nearest of them", { skip }, () => {
  const all = unitVectors(402, "several");
  const vectors = all.slice(0, 400);
  const owners = vectors.map((_, vector) => Math.floor(vector / 8));
  const graph = packGraph(graphOfHnswlib(libraryGraph(vectors).saved));
  const lines = payloads(50);
  for (const query of all.slice(400)) {
    const expected = [...new Set(nearest(vectors, query, 400).map((vector) => owners[vector]))].slice(0, 12);
    for (const space of [
      { vectors, rows: owners },
      { vectors, rows: owners, graph, efSearch: 40 },
    ]) {
      const { index, files } = sampleIndex({ payloads: lines, spaces: [space] });
      const found = rows(openRecall(index, files), query, { k: 12 });
      assert.equal(new Set(found).size, 12);
      assert.deepEqual(found.slice(0, 3), expected.slice(0, 3));
    }
  }
});

test("passages unlike those already picked come sooner the smaller lambda is", () => {
  const [a = new Float32Array(), b = new Float32Array()] = unitVectors(40, "unlike").filter(
    (vector, _, [first = vector]) => vector === first || Math.abs(cosine(vector, first)) < 0.2,
  );
  const query = a.map((value, at) => 0.9 * value + 0.436 * (b[at] ?? 0));
  const { index, files } = sampleIndex({ payloads: payloads(3), spaces: [{ vectors: [a, a, b] }], diversity: "0.3" });
  const recall = openRecall(index, files);
  assert.deepEqual(rows(recall, query, { diversity: null }), [0, 1, 2]);
  assert.deepEqual(rows(recall, query, {}), [0, 2, 1]);
  assert.deepEqual(rows(recall, query, { diversity: 1 }), [0, 1, 2]);
});

test("what cannot be asked is refused in words", () => {
  const recall = opened({ vectors: unitVectors(4, "refused") });
  const refuses = (code: string, words: RegExp, run: () => unknown): void =>
    assert.throws(run, (error) => error instanceof KolmError && error.code === code && words.test(error.message));
  const query = new Map([["text", new Float32Array(3)]]);
  refuses("RECALL_MALFORMED", /a query of text has 3 numbers, its vectors have 48/, () =>
    recall.search({ vectors: query }),
  );
  refuses("RECALL_SPACE", /no space called sounds/, () => recall.search({ words: "x" }, { spaces: ["sounds"] }));
  for (const options of [{ k: -1 }, { k: 1.5 }, { offset: Number.NaN }, { diversity: 2 }])
    refuses("RECALL_QUERY", /k is/, () => recall.search({ words: "x" }, options));
  // Callers in JavaScript pass anything.
  const filter = { knd: "text" } as RecallSearchOptions["filter"];
  refuses("RECALL_FILTER", /knd/, () => recall.search({ words: "x" }, { filter }));
});
