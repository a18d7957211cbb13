// This file finds the vectors nearest to a query: exactly, or along an HNSW graph (Malkov & Yashunin, arXiv:1603.09320).
import type { Graph } from "./graph-file.ts";
import { createHeap, type Entry } from "./heap.ts";

/** Row and cosine of each neighbour, nearest first, and how many vectors were compared. */
export type Neighbours = {
  readonly rows: readonly { readonly row: number; readonly score: number }[];
  readonly probes: number;
};

/** Compares the query with every vector; of equals the lower row comes first. All vectors have length 1. */
export function searchExactly(vectors: Float32Array, query: Float32Array, k: number): Neighbours {
  const dims = query.length;
  const count = vectors.length / dims;
  const worst = createHeap((a, b) => a.distance > b.distance || (a.distance === b.distance && a.id > b.id));
  for (let row = 0; row < count; row++) {
    worst.push({ distance: -dot(vectors, row * dims, query), id: row });
    if (worst.size > k) worst.pop();
  }
  return { rows: drain(worst).map(({ distance, id }) => ({ row: id, score: -distance })), probes: count };
}

/** hnswlib's searchKnn with the given breadth (ef). */
export function searchGraph(
  graph: Graph,
  query: Float32Array,
  { k, ef }: { readonly k: number; readonly ef: number },
): Neighbours {
  let probes = 0;
  const distance = (element: number): number => {
    probes++;
    return 1 - dot(graph.vector(element), 0, query);
  };
  const near = searchBase(graph, descend(graph, distance), { breadth: Math.max(ef, k), distance });
  const rows = near.slice(0, k).map((entry) => ({ row: graph.label(entry.id), score: 1 - entry.distance }));
  return { rows, probes };
}

/** Greedy descent to level 1: on each level walk to the nearest neighbour until none is nearer. */
function descend(graph: Graph, distance: (element: number) => number): Entry {
  let best: Entry = { id: graph.entry, distance: distance(graph.entry) };
  for (let level = graph.maxLevel; level > 0; level--) {
    for (let from = -1; from !== best.id;) {
      from = best.id;
      for (const id of graph.links(from, level)) {
        const found = distance(id);
        if (found < best.distance) best = { id, distance: found };
      }
    }
  }
  return best;
}

function searchBase(
  graph: Graph,
  start: Entry,
  { breadth, distance }: { readonly breadth: number; readonly distance: (element: number) => number },
): Entry[] {
  const found = createHeap((a, b) => a.distance > b.distance);
  const waiting = createHeap((a, b) => a.distance < b.distance);
  const visited = new Set([start.id]);
  found.push(start);
  waiting.push(start);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.distance > furthest(found)) break;
    for (const id of graph.links(next.id, 0)) {
      if (visited.has(id)) continue;
      visited.add(id);
      const entry = { id, distance: distance(id) };
      if (found.size >= breadth && entry.distance >= furthest(found)) continue;
      waiting.push(entry);
      found.push(entry);
      if (found.size > breadth) found.pop();
    }
  }
  return drain(found);
}

const furthest = (heap: { peek(): Entry | undefined }): number => heap.peek()?.distance ?? Infinity;

/** Empties a heap that gives the furthest first; nearest first. */
function drain(heap: { pop(): Entry | undefined }): Entry[] {
  const entries: Entry[] = [];
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) entries.push(entry);
  return entries.reverse();
}

function dot(vectors: Float32Array, from: number, query: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < query.length; index++) sum += (vectors[from + index] ?? 0) * (query[index] ?? 0);
  return sum;
}
