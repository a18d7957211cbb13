// This file builds graphs with hnswlib as its users do, where it could be compiled.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const hnswlib = await import("hnswlib-node").then(
  (loaded) => loaded.default,
  () => undefined,
);

/** For tests that need it. */
export const skip = hnswlib ? false : "hnswlib-node could not be compiled here";

/** The bytes it saves, and its own search. */
export function libraryGraph(vectors: readonly Float32Array[]): {
  readonly saved: Uint8Array;
  readonly nearest: (query: Float32Array, k: number, ef: number) => number[];
} {
  if (!hnswlib) throw new Error("skipped");
  const graph = new hnswlib.HierarchicalNSW("ip", vectors[0]?.length ?? 0);
  graph.initIndex(vectors.length, 8, 100, 100);
  for (const [row, vector] of vectors.entries()) graph.addPoint([...vector], row);
  const folder = mkdtempSync(join(tmpdir(), "kolm-recall-"));
  graph.writeIndexSync(join(folder, "graph"));
  const saved = new Uint8Array(readFileSync(join(folder, "graph")));
  rmSync(folder, { recursive: true });
  return {
    saved,
    nearest: (query, k, ef) => {
      graph.setEf(ef);
      return graph.searchKnn([...query], k).neighbors;
    },
  };
}
