// This file shows that the search graph finds what exact search finds and is the same bytes every time.
import assert from "node:assert/strict";
import { it } from "node:test";
import { graphOfHnswlib, openRecall, packGraph, packVectors, RecallIndex } from "@kolm/runtime";
import { createRng } from "@kolm/stage";
import { buildGraph, GRAPH, loadHnswlib } from "../../plugins/recall/src/index/graph.ts";

const DIMS = 64;
const SHA = "0".repeat(64);
const library = await loadHnswlib();
const skip = library === undefined ? "hnswlib-node is not installed" : false;
const signal = new AbortController().signal;

function clustered(count: number, seed: string): Float32Array[] {
  const rng = createRng(seed);
  const centres = Array.from({ length: 40 }, () => Array.from({ length: DIMS }, () => rng.normal()));
  return Array.from({ length: count }, () => {
    const centre = centres[rng.integer(centres.length)] ?? [];
    const vector = Float32Array.from(centre, (value) => value + 0.5 * rng.normal());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

it("the graph's ten nearest are the exact ten nearest, 99 of 100 times or better", { skip }, async () => {
  if (library === undefined) return;
  const vectors = clustered(5000, "corpus");
  const payloads = vectors.map((_, row) => `{"id":"${row}","kind":"text","sha256":"${SHA}","source":"s"}\n`).join("");
  const saved = await buildGraph(library, vectors, { dims: DIMS, signal });
  const index = RecallIndex.parse({
    version: 2,
    count: vectors.length,
    topK: 10,
    payloads: "payloads.jsonl",
    ship: "payload-digests",
    spaces: [
      {
        name: "text",
        dims: DIMS,
        count: vectors.length,
        metric: "cosine",
        rows: null,
        vectors: { file: "text.vectors.bin", type: "f32" },
        graph: { file: "text.graph.bin", m: 16, efConstruction: 200, efSearch: GRAPH.efSearch, seed: GRAPH.seed },
        queries: {},
      },
    ],
    encoders: {},
    keywords: null,
    fuse: { constant: 60, weights: { text: "1" } },
    diversity: null,
  });
  const files = new Map([
    ["payloads.jsonl", new TextEncoder().encode(payloads)],
    ["text.vectors.bin", packVectors(vectors, "f32")],
    ["text.graph.bin", packGraph(graphOfHnswlib(saved))],
  ]);
  const opened = openRecall(index, files);
  const queries = clustered(5200, "corpus").slice(5000);
  let found = 0;
  for (const query of queries) {
    const exact = vectors.map((vector, row) => ({
      row,
      score: vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0),
    }));
    const nearest = new Set(
      exact
        .sort((a, b) => b.score - a.score)
        .slice(0, 10)
        .map(({ row }) => row),
    );
    found += opened
      .search({ vectors: new Map([["text", query]]) })
      .hits.filter(({ id }) => nearest.has(Number(id))).length;
  }
  const recall = found / (queries.length * 10);
  assert.ok(recall >= 0.99, `recall@10 is ${recall}`);
});

it("the graph of the same vectors is the same bytes", { skip }, async () => {
  if (library === undefined) return;
  const vectors = clustered(800, "bytes");
  const first = await buildGraph(library, vectors, { dims: DIMS, signal });
  assert.deepEqual(await buildGraph(library, vectors, { dims: DIMS, signal }), first);
});

it("building a graph stops on abort", { skip }, async () => {
  if (library === undefined) return;
  await assert.rejects(
    buildGraph(library, clustered(10, "abort"), { dims: DIMS, signal: AbortSignal.abort(new Error("enough")) }),
    /enough/,
  );
});
