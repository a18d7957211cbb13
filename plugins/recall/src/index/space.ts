// This file writes one space of an index: its vectors, which payload each belongs to, and a graph where there are many.
import { graphOfHnswlib, packGraph, packRows, packVectors, type RecallSpace } from "@kolm/runtime";
import type { Context } from "@kolm/stage";
import type { RecallOptions } from "../options.ts";
import { graphFile, rowsFile, type SpaceName, vectorsFile } from "./files.ts";
import { buildGraph, GRAPH, type Hnswlib } from "./graph.ts";

/** Vectors by the payload line they belong to, in ascending order of lines. */
export type Space = {
  readonly name: SpaceName;
  readonly rows: readonly number[];
  readonly vectors: readonly Float32Array[];
  readonly queries: RecallSpace["queries"];
};

/** From this many vectors on, auto searches by graph: fewer are compared in less time than it takes to embed the query. */
const GRAPH_FROM = 16_384;

export type SpaceAt = {
  readonly context: Context<RecallOptions>;
  /** Lines of the payloads file. */
  readonly count: number;
  readonly library: () => Promise<Hnswlib | undefined>;
};

/** Writes the files and returns their entry in index.json. */
export async function writeSpace(space: Space, { context, count, library }: SpaceAt): Promise<RecallSpace> {
  const { outputs, options } = context;
  const { name, rows, vectors, queries } = space;
  const dims = vectors[0]?.length ?? 1;
  const isWhole = rows.length === count && rows.every((row, at) => row === at);
  if (!isWhole) await outputs.bytes(rowsFile(name), packRows(rows));
  await outputs.bytes(vectorsFile(name), packVectors(vectors, options.vectors));
  const graph = wantsGraph(vectors.length, options) ? await writeGraph(space, dims, { context, library }) : false;
  const { m, efConstruction, efSearch, seed } = GRAPH;
  return {
    name,
    dims,
    count: vectors.length,
    metric: "cosine",
    rows: isWhole ? null : { file: rowsFile(name) },
    vectors: { file: vectorsFile(name), type: options.vectors },
    graph: graph ? { file: graphFile(name), m, efConstruction, efSearch, seed } : null,
    queries,
  };
}

const wantsGraph = (count: number, { method }: RecallOptions): boolean =>
  count > 0 && (method === "hnsw" || (method === "auto" && count >= GRAPH_FROM));

async function writeGraph(
  { name, vectors }: Space,
  dims: number,
  { context, library }: Pick<SpaceAt, "context" | "library">,
): Promise<boolean> {
  const { outputs, report, signal } = context;
  const hnswlib = await library();
  if (hnswlib === undefined) {
    report({ message: `hnswlib-node is not installed: the ${vectors.length} vectors of ${name} are searched exactly` });
    return false;
  }
  const step = (done: number): void => report({ message: `linking ${name}`, done, total: vectors.length });
  const built = await buildGraph(hnswlib, vectors, { dims, signal, step });
  await outputs.bytes(graphFile(name), packGraph(graphOfHnswlib(built)));
  return true;
}
