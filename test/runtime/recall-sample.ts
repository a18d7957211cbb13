// This file makes small recall indexes for tests: seeded unit vectors, payload lines, and the files that hold them.
import { canonicalJson } from "@kolm/format";
import {
  packKeywords,
  packRows,
  packVectors,
  RecallIndex,
  type RecallPayload,
  type RecallFiles,
  type VectorType,
} from "@kolm/runtime";
import { createRng } from "@kolm/stage";

export const DIMS = 48;

/** Unit vectors around a few centres. */
export function unitVectors(count: number, seed: string, dims = DIMS): Float32Array[] {
  const rng = createRng(seed);
  const centres = Array.from({ length: 12 }, () => Float32Array.from({ length: dims }, () => rng.normal()));
  return Array.from({ length: count }, () => {
    const centre = centres[rng.integer(centres.length)] ?? new Float32Array(dims);
    const raw = centre.map((value) => value + 0.7 * rng.normal());
    const length = Math.hypot(...raw);
    return raw.map((value) => value / length);
  });
}

/** The cosine in double precision. */
export const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

export const payloadOf = (row: number, more: Partial<RecallPayload> = {}): RecallPayload => ({
  id: `p${row}`,
  source: `docs/${row}.md`,
  kind: "text",
  text: `passage ${row}`,
  sha256: "0".repeat(64),
  ...more,
});

export const payloadBytes = (payloads: readonly RecallPayload[]): Uint8Array =>
  new TextEncoder().encode(payloads.map((payload) => `${canonicalJson({ ...payload })}\n`).join(""));

export type Sample = {
  readonly payloads: readonly RecallPayload[];
  readonly spaces?: readonly SampleSpace[];
  /** Words by payload. */
  readonly words?: readonly string[];
  readonly diversity?: string;
  readonly weights?: Readonly<Record<string, string>>;
};
export type SampleSpace = {
  readonly name?: string;
  readonly vectors: readonly Float32Array[];
  readonly type?: VectorType;
  readonly rows?: readonly number[];
  /** Bytes of a graph over the vectors. */
  readonly graph?: Uint8Array;
  readonly efSearch?: number;
};

/** index.json and the files it names. */
export function sampleIndex(sample: Sample): { index: RecallIndex; files: Map<string, Uint8Array> } {
  const files = new Map([["payloads.jsonl", payloadBytes(sample.payloads)]]);
  const put = (file: string, bytes: Uint8Array): { file: string } => {
    files.set(file, bytes);
    return { file };
  };
  const spaces = (sample.spaces ?? []).map(({ name = "text", vectors, type = "f32", rows, graph, efSearch = 64 }) => ({
    name,
    dims: vectors[0]?.length ?? DIMS,
    count: vectors.length,
    metric: "cosine",
    rows: rows ? put(`${name}.rows.bin`, packRows(rows)) : null,
    vectors: { ...put(`${name}.vectors.bin`, packVectors(vectors, type)), type },
    graph: graph ? { ...put(`${name}.graph.bin`, graph), m: 8, efConstruction: 100, efSearch, seed: 100 } : null,
    queries: {},
  }));
  const keywords = sample.words
    ? { ...put("keywords.bin", packKeywords(sample.words, "en")), language: "en", k1: "1.2", b: "0.75" }
    : null;
  const index = RecallIndex.parse({
    version: 2,
    count: sample.payloads.length,
    topK: 5,
    payloads: "payloads.jsonl",
    ship: "full",
    spaces,
    encoders: {},
    keywords,
    fuse: { constant: 60, weights: sample.weights ?? {} },
    diversity: sample.diversity ?? null,
  });
  return { index, files };
}

export type Opened = { readonly index: RecallIndex; readonly files: RecallFiles };
