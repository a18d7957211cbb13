// This file searches the recall index of an artifact with a text, a picture or a sound.
import { KolmError } from "@kolm/format";
import { type LayerReader, requireLayer } from "../../layer.ts";
import type { RecallIndex } from "../index-file.ts";
import { type Hit, openRecall, type Recall, type RecallOptions } from "../recall.ts";
import { type EncoderPorts, openEncoders, type QueryEncoder, type QueryEncoders, type QueryInput } from "./encoders.ts";

/** Hits, vectors compared, and multiply-accumulates of embedding the query; isNear: the first hit answers it. */
export type Found = {
  readonly hits: readonly Hit[];
  readonly probes: number;
  readonly macs: number;
  readonly isNear?: boolean;
};

export interface RecallSearch {
  search(query: QueryInput, options?: RecallOptions): Promise<Found>;
  close(): Promise<void>;
}

/** Reads and checks the index's files; KolmError LAYER_MISSING or RECALL_MALFORMED. Encoders are loaded by the first query that needs them. */
export async function openSearch(index: RecallIndex, ports: EncoderPorts): Promise<RecallSearch> {
  const recall = openRecall(index, await filesOf(index, ports.layer));
  const encoders = openEncoders(index.encoders, ports);
  return { search: (query, options) => searchWith(recall, encoders, { query, options }), close: encoders.close };
}

type Asking = { readonly query: QueryInput; readonly options?: RecallOptions | undefined };

/** Embeds the query and searches; KolmError RECALL_QUERY for a query that no space takes. */
export async function searchWith(
  recall: Recall,
  encoders: QueryEncoders,
  { query, options = {} }: Asking,
): Promise<Found> {
  const { index } = recall;
  const { vectors, macs } = await embed(index, query, { wanted: options.spaces, encoderOf: encoders.of });
  const words = "text" in query ? { words: query.text } : {};
  const found = recall.search({ vectors, ...words }, options);
  return { ...found, macs, isNear: isNear(found.hits[0], index) };
}

function isNear(hit: Hit | undefined, { near }: RecallIndex): boolean {
  if (hit === undefined || near === undefined) return hit !== undefined;
  return Object.entries(hit.ranks).some(([name, { score }]) => score >= Number(near[name] ?? Infinity));
}

/** The files that index.json names, by name; KolmError LAYER_MISSING. */
export async function filesOf(
  { payloads, spaces, keywords }: RecallIndex,
  layer: LayerReader,
): Promise<Map<string, Uint8Array>> {
  const names = [
    payloads,
    ...spaces.flatMap(({ rows, vectors, graph }) => [rows?.file, vectors.file, graph?.file]),
    keywords?.file,
  ].filter((name) => name !== undefined);
  const files = new Map<string, Uint8Array>();
  for (const name of names) files.set(name, await requireLayer(layer, `layers/recall/${name}`));
  return files;
}

type Embedding = {
  /** Spaces the caller wants asked; undefined: all. */
  readonly wanted: readonly string[] | undefined;
  readonly encoderOf: (id: string) => Promise<QueryEncoder>;
};

/** The query in every space that takes its modality, each encoder run once. */
async function embed(
  { spaces, keywords }: RecallIndex,
  query: QueryInput,
  { wanted, encoderOf }: Embedding,
): Promise<{ vectors: Map<string, Float32Array>; macs: number }> {
  const modality = "text" in query ? "text" : "image" in query ? "image" : "audio";
  const asked = spaces.flatMap(({ name, queries }) => {
    const id = queries[modality];
    return id !== undefined && (wanted?.includes(name) ?? true) ? [{ name, id }] : [];
  });
  if (asked.length === 0 && (modality !== "text" || keywords === null)) throw unasked(modality, spaces);
  const vectors = new Map<string, Float32Array>();
  let macs = 0;
  for (const id of new Set(asked.map((one) => one.id))) {
    const embedded = await (await encoderOf(id)).embed(query);
    macs += embedded.macs;
    for (const { name } of asked.filter((one) => one.id === id)) vectors.set(name, embedded.vector);
  }
  return { vectors, macs };
}

function unasked(modality: string, spaces: RecallIndex["spaces"]): KolmError {
  const taken = [...new Set(spaces.flatMap(({ queries }) => Object.keys(queries)))].sort();
  return new KolmError("RECALL_QUERY", `none of the spaces asked takes a query of ${modality}`, {
    hint: taken.length === 0 ? "The index has no encoder for queries." : `The index takes: ${taken.join(", ")}.`,
  });
}
