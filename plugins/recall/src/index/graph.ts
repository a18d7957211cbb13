// This file builds the approximate search graph (HNSW, arXiv 1603.09320) by hnswlib, where it could be installed.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Written into index.json, since a search must open the graph with the same space. */
export const GRAPH = { space: "ip", m: 16, efConstruction: 200, efSearch: 128, seed: 100 } as const;

/** What is used of hnswlib-node. Its own declarations are not there on a machine where it could not be compiled. */
export type Hnswlib = { readonly HierarchicalNSW: new (space: "ip", dims: number) => Graph };
type Graph = {
  initIndex(most: number, m: number, efConstruction: number, seed: number): void;
  addPoint(vector: number[], label: number): void;
  writeIndexSync(path: string): void;
};
const LIBRARY: string = "hnswlib-node";

/** The library, or undefined on a machine where it could not be compiled. */
export async function loadHnswlib(): Promise<Hnswlib | undefined> {
  try {
    const loaded = (await import(LIBRARY)) as Hnswlib & { readonly default?: Hnswlib }; // a CommonJS module
    return loaded.default ?? loaded;
  } catch {
    return undefined;
  }
}

export type GraphOptions = {
  readonly dims: number;
  readonly signal: AbortSignal;
  readonly step?: (done: number) => void;
};

/** The graph over unit vectors as hnswlib saves it; one thread, fixed seed and order, so the same bytes every time. */
export async function buildGraph(
  library: Hnswlib,
  vectors: readonly Float32Array[],
  { dims, signal, step }: GraphOptions,
): Promise<Uint8Array> {
  const graph = new library.HierarchicalNSW(GRAPH.space, dims);
  graph.initIndex(vectors.length, GRAPH.m, GRAPH.efConstruction, GRAPH.seed);
  for (const [row, vector] of vectors.entries()) {
    if (row % 500 === 0) {
      signal.throwIfAborted();
      step?.(row);
      // Adding is synchronous; a turn of the event loop lets an abort be heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
    graph.addPoint([...vector], row);
  }
  const folder = await mkdtemp(join(tmpdir(), "kolm-graph-"));
  try {
    graph.writeIndexSync(join(folder, "graph"));
    const bytes = await readFile(join(folder, "graph"));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
