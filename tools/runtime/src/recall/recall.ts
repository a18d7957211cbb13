// This file opens a recall index and returns the passages nearest to a vector.
import { KolmError } from "@kolm/format";
import { textOf } from "../layer.ts";
import { readGraph } from "./graph-file.ts";
import { type RecallIndex, RecallPayload } from "./recall-index.ts";
import { type Neighbours, searchExactly, searchGraph } from "./search.ts";

/** A passage with its cosine to the query. */
export type Hit = {
  readonly id: string;
  readonly source: string;
  readonly title?: string;
  readonly text: string;
  readonly score: number;
};

export interface Recall {
  readonly index: RecallIndex;
  /** The k nearest passages (index.topK by default), nearest first; the query is a unit vector of index.dims numbers. */
  search(query: Float32Array, k?: number): { readonly hits: readonly Hit[]; readonly probes: number };
}

/** Bytes of the files that index.json names. */
export type RecallFiles = {
  readonly payloads: Uint8Array;
  readonly vectors?: Uint8Array | undefined;
  readonly graph?: Uint8Array | undefined;
};

/** Checks the files against the index; KolmError RECALL_MALFORMED or GRAPH_MALFORMED. */
export function openRecall(index: RecallIndex, files: RecallFiles): Recall {
  const lines = textOf(files.payloads, "payloads.jsonl")
    .split("\n")
    .filter((line) => line !== "");
  if (lines.length !== index.count)
    throw malformed(`payloads.jsonl has ${lines.length} lines, index.json says ${index.count}`);
  const neighbours = openSearch(index, files);
  return {
    index,
    search: (query, k = index.topK) => {
      if (query.length !== index.dims)
        throw malformed(`a query has ${query.length} numbers, the vectors have ${index.dims}`);
      const { rows, probes } = neighbours(query, k);
      return { hits: rows.map(({ row, score }) => hitOf(lines[row] ?? "", row, score)), probes };
    },
  };
}

function openSearch(
  index: RecallIndex,
  { vectors, graph }: RecallFiles,
): (query: Float32Array, k: number) => Neighbours {
  if (index.count === 0) return () => ({ rows: [], probes: 0 });
  if (index.method === "hnsw") {
    if (!graph) throw malformed("graph.hnsw is missing");
    const opened = readGraph(graph, index);
    const ef = index.graph.efSearch;
    return (query, k) => searchGraph(opened, query, { k, ef });
  }
  const size = 4 * index.count * index.dims;
  if (vectors?.length !== size) throw malformed(`vectors.bin has ${vectors?.length ?? 0} bytes, ${size} are needed`);
  const aligned = vectors.byteOffset % 4 === 0 ? vectors : vectors.slice();
  const numbers = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
  return (query, k) => searchExactly(numbers, query, k);
}

function hitOf(line: string, row: number, score: number): Hit {
  const parsed = RecallPayload.safeParse(parseJson(line));
  if (!parsed.success) throw malformed(`line ${row + 1} of payloads.jsonl lacks id, source or text`);
  const { id, source, title, text } = parsed.data;
  return { id, source, ...(title === undefined ? {} : { title }), text, score };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function malformed(detail: string): KolmError {
  return new KolmError("RECALL_MALFORMED", `the recall index cannot be searched: ${detail}`, {
    hint: "Compile the task again.",
  });
}
