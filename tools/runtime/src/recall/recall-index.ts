// This file defines index.json and the payloads of a recall index.
import { z } from "zod";

const name = z.string().min(1).max(128);
const Encoder = z.strictObject({ ids: name, mask: name, pooled: name, tokens: name });

const common = {
  dims: z.int().min(1).max(65_536),
  count: z.int().min(0).max(0xffff_ffff),
  /** All vectors have length 1, so that cosine is the dot product. */
  metric: z.literal("cosine"),
  /** Passages returned when the caller does not say. */
  topK: z.int().min(1).max(1000),
  /** How a query is embedded: names in layers/model/encoder.onnx, and the longest text it reads. */
  encoder: Encoder,
  maxTokens: z.int().min(2),
};

/** layers/recall/index.json. vectors.bin: float32 little-endian, count × dims, row i belongs to line i of payloads.jsonl. */
export const RecallIndex = z.discriminatedUnion("method", [
  z.strictObject({
    ...common,
    method: z.literal("exact"),
    files: z.strictObject({ payloads: z.literal("payloads.jsonl"), vectors: z.literal("vectors.bin") }),
  }),
  z.strictObject({
    ...common,
    method: z.literal("hnsw"),
    /** graph.hnsw as hnswlib saves it, in its inner-product space; labels are line numbers of payloads.jsonl from 0. */
    files: z.strictObject({
      payloads: z.literal("payloads.jsonl"),
      vectors: z.literal("vectors.bin").optional(),
      graph: z.literal("graph.hnsw"),
    }),
    graph: z.strictObject({
      space: z.literal("ip"),
      m: z.int().min(2),
      efConstruction: z.int().min(1),
      efSearch: z.int().min(1),
      seed: z.int().min(0),
    }),
  }),
]);
export type RecallIndex = z.infer<typeof RecallIndex>;

/** One line of payloads.jsonl; more keys may stand beside these. */
export const RecallPayload = z.looseObject({
  id: z.string(),
  source: z.string(),
  title: z.string().optional(),
  text: z.string(),
});
export type RecallPayload = z.infer<typeof RecallPayload>;
