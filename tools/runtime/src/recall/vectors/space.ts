// This file opens one vector space of an index and ranks payloads by how near their vectors are to a query.
import { openWalk, type Walk } from "../graph/walk.ts";
import { readGraph } from "../graph/graph-file.ts";
import type { RecallSpace } from "../index-file.ts";
import { malformed } from "../malformed.ts";
import { bestOf, type Ranked } from "../ranking.ts";
import { readNumbers } from "./numbers.ts";
import { createScorer, type Scorer } from "./scorer.ts";

export type Nearest = {
  readonly ranking: readonly Ranked[];
  /** Vectors that were compared. */
  readonly probes: number;
};

export type NearestOptions = {
  /** How many payloads are wanted. */
  readonly most: number;
  /** Only these lines may be found; undefined: all. */
  readonly admitted?: ReadonlySet<number> | undefined;
};

export interface Space {
  readonly space: RecallSpace;
  nearest(query: Float32Array, options: NearestOptions): Nearest;
  /** Numbers of the payload's first vector here; undefined where it has none. */
  vectorOf(row: number): Float32Array | undefined;
}

/** Bytes by name of the file. */
export type RecallFiles = ReadonlyMap<string, Uint8Array>;

/** Checks the files against the index; KolmError RECALL_MALFORMED. */
export function openSpace(space: RecallSpace, files: RecallFiles, count: number): Space {
  const { dims, vectors, graph } = space;
  const rows = rowsOf(space, files, count);
  const numbers = readNumbers(bytesOf(vectors.file, files), { ...vectors, dims, count: space.count });
  const scorer = createScorer(numbers, dims);
  const walk =
    graph && openWalk(readGraph(bytesOf(graph.file, files), { file: graph.file, count: space.count }), numbers, dims);
  const search: Search = { rows, scorer, walk, breadth: graph?.efSearch ?? 0 };
  const firsts = new Map<number, number>();
  for (let vector = rows.length - 1; vector >= 0; vector--) firsts.set(rows[vector] ?? 0, vector);
  return {
    space,
    nearest: (query, options) => {
      if (query.length !== dims)
        throw malformed(`a query of ${space.name} has ${query.length} numbers, its vectors have ${dims}`);
      return options.admitted || walk === null ? compareAll(search, query, options) : follow(search, query, options);
    },
    vectorOf: (row) => {
      const vector = firsts.get(row);
      if (vector === undefined) return undefined;
      const target = new Float32Array(dims);
      numbers.fill(vector, target);
      return target;
    },
  };
}

/** The bytes of a file that index.json names; KolmError RECALL_MALFORMED when they are missing. */
export function bytesOf(file: string, files: RecallFiles): Uint8Array {
  const bytes = files.get(file);
  if (bytes) return bytes;
  throw malformed(`${file}, which index.json names, is missing`);
}

/** The payload line of each vector. */
function rowsOf({ count, rows }: RecallSpace, files: RecallFiles, lines: number): Uint32Array {
  if (rows === null) return Uint32Array.from({ length: count }, (_, vector) => vector);
  const bytes = bytesOf(rows.file, files);
  if (bytes.length !== 4 * count) throw malformed(`${rows.file} has ${bytes.length} bytes, ${4 * count} are needed`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: count }, (_, vector) => {
    const row = view.getUint32(4 * vector, true);
    if (row >= lines) throw malformed(`vector ${vector} belongs to line ${row} by ${rows.file}; there are ${lines}`);
    return row;
  });
}

type Search = {
  readonly rows: Uint32Array;
  readonly scorer: Scorer;
  readonly walk: Walk | null;
  readonly breadth: number;
};

function compareAll(search: Search, query: Float32Array, { most, admitted }: NearestOptions): Nearest {
  const vectors: number[] = [];
  for (let vector = 0; vector < search.rows.length; vector++)
    if (!admitted || admitted.has(search.rows[vector] ?? 0)) vectors.push(vector);
  return { ranking: rank(search, query, { vectors, most }), probes: vectors.length };
}

/** Codes are a little off, so some more than wanted are taken along and put in order by their numbers. */
const SPARE = 8;

function follow(search: Search, query: Float32Array, { most }: NearestOptions): Nearest {
  const { rows, walk } = search;
  let probes = 0;
  for (let breadth = Math.max(search.breadth, most); ; breadth *= 2) {
    const found = walk?.find(query, breadth);
    probes += found?.probes ?? 0;
    const elements = found?.elements ?? [];
    // Several vectors of one payload may crowd others out: then all that was found counts, and if need be more is looked for.
    for (const vectors of [elements.slice(0, most + SPARE), elements]) {
      const ranking = rank(search, query, { vectors, most });
      if (ranking.length === most) return { ranking, probes };
    }
    if (elements.length < breadth || breadth >= rows.length)
      return { ranking: rank(search, query, { vectors: elements, most }), probes };
  }
}

type Ranks = { readonly vectors: readonly number[]; readonly most: number };

/** A payload's score is that of its nearest vector. */
function rank({ rows, scorer }: Search, query: Float32Array, { vectors, most }: Ranks): Ranked[] {
  const best = new Map<number, number>();
  for (const [at, score] of scorer(query, vectors).entries()) {
    const row = rows[vectors[at] ?? 0] ?? 0;
    const known = best.get(row);
    if (known === undefined || score > known) best.set(row, score);
  }
  return bestOf(entriesOf(best), most);
}

function* entriesOf(best: ReadonlyMap<number, number>): Generator<Ranked> {
  for (const [row, score] of best) yield { row, score };
}
