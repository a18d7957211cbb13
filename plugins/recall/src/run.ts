// This file runs the recall stage: read the corpus, cut it into passages, embed them, write the index.
import { canonicalJson, KolmError } from "@kolm/format";
import { type BaseFile, createTokenizer, type EncoderOptions, type RecallIndex } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import type { BlobPointer, Context } from "@kolm/stage";
import { type Chunk, chunkDocument } from "./chunk/chunk.ts";
import { embed, packVectors } from "./embed.ts";
import { buildGraph, GRAPH, type Hnswlib, loadHnswlib } from "./index/graph.ts";
import type { RecallOptions } from "./options.ts";
import { readDocument } from "./read/read.ts";

/** What the stage takes from the machine. */
export type Ports = {
  readonly createSession: EncoderOptions["createSession"];
  readonly loadHnswlib: () => Promise<Hnswlib | undefined>;
};

type Source = BlobPointer & { readonly path: string };

/** From this many passages on, auto searches by graph. */
const GRAPH_FROM = 2000;

/** Writes nothing when there is no corpus, recall is off, or nothing of the corpus may ship. */
export async function run(
  context: Context<RecallOptions>,
  ports: Ports = { createSession, loadHnswlib },
): Promise<void> {
  const { inputs, options, report, store, signal } = context;
  const corpus = await inputs.json<readonly Source[]>("spec/corpus.json");
  if (corpus.length === 0 || !options.enabled) return report({ message: "no corpus to recall from" });
  if (!mayShip(options)) return report({ message: "recall.ship is none: the corpus stays out of the artifact" });
  const base = await inputs.json<BaseFile>("base/base.json");
  const tokenizerJson: unknown = JSON.parse(new TextDecoder().decode(await inputs.blob(base.tokenizer)));
  const chunks = await readCorpus(corpus, { context, base, tokenizerJson });
  const tokenizer = createTokenizer(tokenizerJson, { maxTokens: base.maxTokens });
  const texts = chunks.map(({ embedded }) => embedded);
  const vectors = await embed(texts, {
    base,
    tokenizer,
    createSession: ports.createSession,
    inputs,
    memo: store.memo,
    report,
    signal,
  });
  await writeIndex(context, { base, chunks, vectors, library: await libraryFor(chunks.length, context, ports) });
}

function mayShip({ ship }: RecallOptions): boolean {
  if (ship !== undefined) return ship === "full";
  throw new KolmError(
    "RECALL_SHIP",
    "the task has a corpus, and the recall section does not say whether its text may ship inside the artifact",
    {
      hint: "Write recall: {ship: full} if all who get the artifact may read the corpus, else recall: {ship: none}.",
    },
  );
}

type Reading = { readonly context: Context<RecallOptions>; readonly base: BaseFile; readonly tokenizerJson: unknown };

async function readCorpus(corpus: readonly Source[], { context, base, tokenizerJson }: Reading): Promise<Chunk[]> {
  const { inputs, options, report, signal } = context;
  if (options.chunkTokens > base.maxTokens) {
    throw new KolmError(
      "RECALL_CHUNK",
      `recall.chunkTokens is ${options.chunkTokens}, but ${base.name} reads at most ${base.maxTokens} tokens`,
      {
        hint: `Lower recall.chunkTokens to ${base.maxTokens} or less.`,
      },
    );
  }
  const counter = createTokenizer(tokenizerJson, { maxTokens: Number.MAX_SAFE_INTEGER });
  const chunks: Chunk[] = [];
  for (const [index, source] of corpus.entries()) {
    signal.throwIfAborted();
    report({ message: `reading ${source.path}`, done: index, total: corpus.length });
    const document = readDocument(source.path, await inputs.blob(source));
    chunks.push(...chunkDocument(document, options.chunkTokens, (text) => counter.encode(text).ids.length));
  }
  if (chunks.length > 0) return chunks;
  throw new KolmError("CORPUS_EMPTY", "no file of the corpus holds any text", {
    hint: "Write something into it or delete the corpus line of task.yaml.",
  });
}

async function libraryFor(
  count: number,
  { options, report }: Context<RecallOptions>,
  { loadHnswlib }: Ports,
): Promise<Hnswlib | undefined> {
  if (options.method === "exact" || (options.method === "auto" && count < GRAPH_FROM)) return undefined;
  const library = await loadHnswlib();
  if (library === undefined)
    report({ message: `hnswlib-node is not installed: the ${count} passages are searched exactly instead` });
  return library;
}

type Built = {
  readonly base: BaseFile;
  readonly chunks: readonly Chunk[];
  readonly vectors: readonly Float32Array[];
  readonly library: Hnswlib | undefined;
};

async function writeIndex({ outputs, options, report, signal }: Context<RecallOptions>, built: Built): Promise<void> {
  const { base, chunks, vectors, library } = built;
  const dims = vectors[0]?.length ?? 0;
  const lines = chunks.map((chunk) => `${canonicalJson({ ...chunk, embedded: undefined })}\n`);
  const common = {
    dims,
    count: chunks.length,
    metric: "cosine",
    topK: options.topK,
    encoder: base.encoder,
    maxTokens: base.maxTokens,
  } as const;
  await outputs.bytes("payloads.jsonl", new TextEncoder().encode(lines.join("")));
  if (library === undefined) {
    const files = { payloads: "payloads.jsonl", vectors: "vectors.bin" } as const;
    await outputs.bytes("vectors.bin", packVectors(vectors));
    return outputs.json("index.json", { ...common, method: "exact", files } satisfies RecallIndex);
  }
  // The graph holds the vectors itself; a second copy would only make the artifact larger.
  const files = { payloads: "payloads.jsonl", graph: "graph.hnsw" } as const;
  const step = (done: number): void => report({ message: "linking passages", done, total: vectors.length });
  await outputs.bytes("graph.hnsw", await buildGraph(library, vectors, { dims, signal, step }));
  return outputs.json("index.json", { ...common, method: "hnsw", files, graph: GRAPH } satisfies RecallIndex);
}
