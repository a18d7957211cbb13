// This file checks that recall finds the nearest passages, exactly or along hnswlib's graph, and refuses malformed files.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { KolmError } from "@kolm/format";
import { openRecall, type Recall, RecallIndex } from "@kolm/runtime";
import { createRng } from "@kolm/stage";

const hnswlib = await import("hnswlib-node").then(
  (loaded) => loaded.default,
  () => undefined,
);
const skip = hnswlib ? false : "hnswlib-node could not be compiled here";
const DIMS = 16;

function unitVectors(count: number, seed: string): Float32Array[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => {
    const raw = Float32Array.from({ length: DIMS }, () => rng.normal());
    const length = Math.hypot(...raw);
    return raw.map((value) => value / length);
  });
}

const COMMON = {
  dims: DIMS,
  metric: "cosine",
  topK: 5,
  encoder: { ids: "ids", mask: "mask", tokens: "tokens", pooled: "pooled" },
  maxTokens: 128,
};
const GRAPH = { space: "ip", m: 8, efConstruction: 100, efSearch: 60, seed: 100 };
const exactIndex = (count: number): RecallIndex =>
  RecallIndex.parse({
    ...COMMON,
    count,
    method: "exact",
    files: { payloads: "payloads.jsonl", vectors: "vectors.bin" },
  });
const graphIndex = (count: number): RecallIndex =>
  RecallIndex.parse({
    ...COMMON,
    count,
    method: "hnsw",
    files: { payloads: "payloads.jsonl", graph: "graph.hnsw" },
    graph: GRAPH,
  });

const payloads = (count: number): Uint8Array =>
  new TextEncoder().encode(
    Array.from(
      { length: count },
      (_, row) =>
        `${JSON.stringify({ id: `p${row}`, source: `docs/${row}.md`, text: `passage ${row}`, extra: row })}\n`,
    ).join(""),
  );
const bytes = (vectors: readonly Float32Array[]): Uint8Array =>
  new Uint8Array(Float32Array.from(vectors.flatMap((vector) => [...vector])).buffer);

/** Opens and saves like the library's users do. */
function libraryGraph(vectors: readonly Float32Array[]): {
  file: Uint8Array;
  nearest: (query: Float32Array, k: number) => number[];
} {
  if (!hnswlib) throw new Error("skipped");
  const graph = new hnswlib.HierarchicalNSW("ip", DIMS);
  graph.initIndex(vectors.length, GRAPH.m, GRAPH.efConstruction, GRAPH.seed);
  for (const [row, vector] of vectors.entries()) graph.addPoint([...vector], row);
  graph.setEf(GRAPH.efSearch);
  const folder = mkdtempSync(join(tmpdir(), "kolm-recall-"));
  graph.writeIndexSync(join(folder, "graph"));
  const file = new Uint8Array(readFileSync(join(folder, "graph")));
  rmSync(folder, { recursive: true });
  return { file, nearest: (query, k) => graph.searchKnn([...query], k).neighbors };
}

const rows = (recall: Recall, query: Float32Array, k: number): number[] =>
  recall.search(query, k).hits.map(({ id }) => Number(id.slice(1)));

test("exact search gives the passages in order of cosine, the lower row first of equals", () => {
  const vectors = [...unitVectors(300, "exact"), ...unitVectors(300, "exact")];
  const recall = openRecall(exactIndex(600), { payloads: payloads(600), vectors: bytes(vectors) });
  for (const query of unitVectors(20, "queries")) {
    const cosine = (row: number): number =>
      (vectors[row] ?? new Float32Array()).reduce((sum, value, index) => sum + value * (query[index] ?? 0), 0);
    const expected = vectors
      .map((_, row) => row)
      .sort((a, b) => cosine(b) - cosine(a) || a - b)
      .slice(0, 9);
    assert.deepEqual(rows(recall, query, 9), expected);
  }
  assert.equal(recall.search(vectors[3] ?? new Float32Array(DIMS)).probes, 600);
});

test("a hit carries the passage and its score, and nothing else", () => {
  const vectors = unitVectors(3, "payload");
  const recall = openRecall(exactIndex(3), { payloads: payloads(3), vectors: bytes(vectors) });
  const [first] = recall.search(vectors[1] ?? new Float32Array(), 1).hits;
  assert.ok(Math.abs((first?.score ?? 0) - 1) < 1e-6);
  assert.deepEqual({ ...first, score: 1 }, { id: "p1", source: "docs/1.md", text: "passage 1", score: 1 });
  assert.deepEqual(openRecall(exactIndex(0), { payloads: new Uint8Array() }).search(new Float32Array(DIMS)).hits, []);
});

test("search along the graph gives what hnswlib gives", { skip }, () => {
  const vectors = unitVectors(3000, "graph");
  const library = libraryGraph(vectors);
  const recall = openRecall(graphIndex(3000), { payloads: payloads(3000), graph: library.file });
  for (const query of unitVectors(200, "graph queries"))
    assert.deepEqual(rows(recall, query, 10), library.nearest(query, 10));
});

test("the graph finds nearly what exact search finds, at a fraction of the comparisons", { skip }, () => {
  const vectors = unitVectors(3000, "graph");
  const recall = openRecall(graphIndex(3000), { payloads: payloads(3000), graph: libraryGraph(vectors).file });
  const exact = openRecall(exactIndex(3000), { payloads: payloads(3000), vectors: bytes(vectors) });
  let [shared, probes] = [0, 0];
  for (const query of unitVectors(100, "fraction")) {
    const expected = new Set(rows(exact, query, 10));
    shared += rows(recall, query, 10).filter((row) => expected.has(row)).length;
    probes += recall.search(query, 10).probes;
  }
  assert.ok(shared / 1000 > 0.9, `${shared} of 1000 found`);
  assert.ok(probes / 100 < 1500, `${probes / 100} comparisons a query`);
});

test("a graph of one passage works, and memory that is not aligned too", { skip }, () => {
  const vectors = unitVectors(1, "one");
  const { file } = libraryGraph(vectors);
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1);
  const recall = openRecall(graphIndex(1), { payloads: payloads(1), graph: shifted.subarray(1) });
  assert.deepEqual(rows(recall, vectors[0] ?? new Float32Array(), 5), [0]);
});

test("no altered graph reads outside its bytes or hangs: it is refused, or answers rows that exist", { skip }, () => {
  const { file } = libraryGraph(unitVectors(60, "damage"));
  const [query = new Float32Array(DIMS)] = unitVectors(1, "damage query");
  const damage = fc.array(fc.tuple(fc.oneof(fc.nat(95), fc.nat(file.length - 1)), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  const attempt = (graph: Uint8Array): void => {
    try {
      for (const row of rows(openRecall(graphIndex(60), { payloads: payloads(60), graph }), query, 5))
        assert.ok(row >= 0 && row < 60);
    } catch (error) {
      assert.ok(error instanceof KolmError && error.code === "GRAPH_MALFORMED", String(error));
    }
  };
  fc.assert(
    fc.property(damage, (changes) => {
      const graph = file.slice();
      for (const [place, by] of changes) graph[place] = (graph[place] ?? 0) ^ by;
      attempt(graph);
    }),
    { numRuns: 1500, seed: 5 },
  );
  for (let length = 0; length < file.length; length += 37)
    assert.throws(
      () => openRecall(graphIndex(60), { payloads: payloads(60), graph: file.subarray(0, length) }),
      KolmError,
    );
});

test("files that do not fit the index are refused with the figures", () => {
  const vectors = bytes(unitVectors(4, "misfit"));
  const refuses = (words: RegExp, open: () => unknown): void =>
    assert.throws(
      open,
      (error) => error instanceof KolmError && error.code === "RECALL_MALFORMED" && words.test(error.message),
    );
  refuses(/3 lines, index.json says 4/, () => openRecall(exactIndex(4), { payloads: payloads(3), vectors }));
  refuses(/has 192 bytes, 256 are needed/, () =>
    openRecall(exactIndex(4), { payloads: payloads(4), vectors: vectors.subarray(0, 192) }),
  );
  refuses(/graph.hnsw is missing/, () => openRecall(graphIndex(4), { payloads: payloads(4) }));
  const open = openRecall(exactIndex(4), { payloads: payloads(4), vectors });
  refuses(/a query has 3 numbers/, () => open.search(new Float32Array(3)));
});
