// This file opens kolm's search and its rivals over the same vectors, each with one thread and graphs of the same settings.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { utf8 } from "@kolm/format";
import { graphOfHnswlib, openRecall, packGraph, packVectors, RecallIndex, type VectorType } from "@kolm/runtime";
import { DIMS } from "./clusters.ts";
import { CACHE } from "./embedder.ts";

const require = createRequire(import.meta.url);

/** Links a vector, and breadth of building; usearch calls them connectivity and expansion. */
const [M, BUILD] = [16, 200];

export type Engine = {
  readonly name: string;
  readonly buildSeconds: number;
  /** A search of the ten nearest with this breadth. */
  readonly at: (breadth: number) => (query: Float32Array) => readonly number[];
};

/** What is used of hnswlib-node, which is compiled when it is installed and may be missing. */
type Hnswlib = { readonly HierarchicalNSW: new (space: "ip", dims: number) => HierarchicalNsw };
type HierarchicalNsw = {
  initIndex(most: number, m: number, efConstruction: number, seed: number): void;
  addPoint(vector: number[], label: number): void;
  writeIndexSync(path: string): void;
  readIndexSync(path: string): void;
  setEf(breadth: number): void;
  searchKnn(query: number[], k: number): { readonly neighbors: number[] };
};

export type Vectors = { readonly all: Float32Array; readonly count: number };

const vectorOf = ({ all }: Vectors, row: number): Float32Array => all.subarray(row * DIMS, (row + 1) * DIMS);

/** hnswlib-node, and kolm over the graph that it built. */
export async function hnswlibEngines(vectors: Vectors, types: readonly VectorType[]): Promise<Engine[]> {
  const library = require("hnswlib-node") as Hnswlib; // as its documentation says
  const built = await timed(`hnswlib-${vectors.count}`, async (file) => {
    const graph = new library.HierarchicalNSW("ip", DIMS);
    graph.initIndex(vectors.count, M, BUILD, 100);
    for (let row = 0; row < vectors.count; row++) graph.addPoint([...vectorOf(vectors, row)], row);
    graph.writeIndexSync(file);
  });
  const opened = new library.HierarchicalNSW("ip", DIMS);
  opened.readIndexSync(built.file);
  const hnswlib: Engine = {
    name: "hnswlib-node",
    buildSeconds: built.seconds,
    at: (breadth) => {
      opened.setEf(breadth);
      return (query) => opened.searchKnn([...query], 10).neighbors;
    },
  };
  const saved = new Uint8Array(await readFile(built.file));
  return [...types.map((type) => kolmEngine(vectors, type, { ...built, saved })), hnswlib];
}

type Saved = Built & { readonly saved: Uint8Array };

function kolmEngine(vectors: Vectors, type: VectorType, built: Saved): Engine {
  const start = performance.now();
  const graph = packGraph(graphOfHnswlib(built.saved));
  const packed = packVectors(
    Array.from({ length: vectors.count }, (_, row) => vectorOf(vectors, row)),
    type,
  );
  const buildSeconds = built.seconds + (performance.now() - start) / 1000;
  const sha256 = "0".repeat(64);
  const lines = Array.from({ length: vectors.count }, (_, row) =>
    JSON.stringify({ id: String(row), source: "s", kind: "text", sha256 }),
  );
  const files = new Map([
    ["payloads.jsonl", utf8(`${lines.join("\n")}\n`)],
    ["vectors.bin", packed],
    ["graph.bin", graph],
  ]);
  return {
    name: `kolm ${type}`,
    buildSeconds,
    at: (breadth) => {
      const recall = openRecall(indexOf(vectors.count, type, breadth), files);
      return (query) => recall.search({ vectors: new Map([["text", query]]) }).hits.map(({ id }) => Number(id));
    },
  };
}

function indexOf(count: number, type: VectorType, efSearch: number): RecallIndex {
  return RecallIndex.parse({
    version: 2,
    count,
    topK: 10,
    payloads: "payloads.jsonl",
    ship: "payload-digests",
    spaces: [
      {
        name: "text",
        dims: DIMS,
        count,
        metric: "cosine",
        rows: null,
        vectors: { file: "vectors.bin", type },
        graph: { file: "graph.bin", m: M, efConstruction: BUILD, efSearch, seed: 100 },
        queries: {},
      },
    ],
    encoders: {},
    keywords: null,
    fuse: { constant: 60, weights: {} },
    diversity: null,
  });
}

/** What is used of usearch, whose package has no declarations for its CommonJS entry under Node's rules. */
type Usearch = {
  readonly Index: new (settings: object) => {
    add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
    save(file: string): void;
    load(file: string): void;
    search(query: Float32Array, k: number, threads: number): { readonly keys: BigUint64Array };
  };
};

/** usearch, its vectors kept as f32 or f16. */
export async function usearchEngine(vectors: Vectors, quantization: "f32" | "f16"): Promise<Engine> {
  const { Index } = require("usearch") as Usearch;
  const settings = {
    dimensions: DIMS,
    metric: "ip",
    quantization,
    connectivity: M,
    expansion_add: BUILD,
    multi: false,
  };
  const built = await timed(`usearch-${quantization}-${vectors.count}`, async (file) => {
    const index = new Index({ ...settings, expansion_search: 64 });
    const keys = BigUint64Array.from({ length: vectors.count }, (_, row) => BigInt(row));
    index.add(keys, vectors.all.subarray(0, vectors.count * DIMS), 1);
    index.save(file);
  });
  return {
    name: `usearch ${quantization}`,
    buildSeconds: built.seconds,
    at: (breadth) => {
      const index = new Index({ ...settings, expansion_search: breadth });
      index.load(built.file);
      return (query) => Array.from(index.search(query, 10, 1).keys, Number);
    },
  };
}

type Built = { readonly file: string; readonly seconds: number };

/** Builds into a file that later runs find again, with the seconds it took then. */
async function timed(name: string, build: (file: string) => Promise<void>): Promise<Built> {
  const file = join(CACHE, name);
  const known = await readFile(`${file}.json`, "utf8").catch(() => undefined);
  if (known !== undefined) return { file, ...(JSON.parse(known) as { seconds: number }) }; // written below
  await mkdir(CACHE, { recursive: true });
  process.stderr.write(`  building ${name}\n`);
  const start = performance.now();
  await build(`${file}.part`);
  const seconds = (performance.now() - start) / 1000;
  await rename(`${file}.part`, file);
  await writeFile(`${file}.json`, JSON.stringify({ seconds }));
  return { file, seconds };
}
