// This file defines the recall section of a task: whether its corpus may ship, and how it is read, embedded and searched.
import { z } from "zod";

const weight = z.number().min(0).max(1000);

/** The recall section of task.yaml. */
export const RecallOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe("false: build no index even though there is a corpus."),
    ship: z
      .enum(["full", "payload-digests", "none"])
      .optional()
      .describe(
        "full: the corpus text and its vectors go into the artifact; payload-digests: vectors, file names and digests, no text; none: nothing. Not said: nothing, with a warning.",
      ),
    topK: z.int().min(1).max(100).default(3).describe("Passages returned beside an answer."),
    chunkTokens: z
      .int()
      .min(16)
      .max(8192)
      .default(96)
      .describe("Longest passage, in tokens of the base, its title included."),
    method: z
      .enum(["auto", "exact", "hnsw"])
      .default("auto")
      .describe("auto: exact below 16,384 vectors, else a graph (hnsw) where hnswlib-node is installed."),
    vectors: z.enum(["f32", "f16", "int8"]).default("f32").describe("How a number of a vector is written."),
    keywords: z.boolean().default(true).describe("Also rank by words (BM25); needs ship: full."),
    language: z.enum(["en", "none"]).default("en").describe("Stems words and drops stop words of this language."),
    weights: z
      .union([z.literal("auto"), z.record(z.string(), weight)])
      .default("auto")
      .describe("Weight of each ranking (text, keywords, pictures …); auto: chosen on examples of a retrieval field."),
    diversity: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Lambda of maximal marginal relevance: 1 is relevance alone, lower values avoid passages alike."),
    image: z
      .strictObject({
        encoder: z.string().min(1).describe("A base of kolm.workspace.yaml with modality: image."),
        bridge: z
          .literal("labels")
          .optional()
          .describe("Makes pictures findable by text through the names of the encoder's classes."),
        ask: z.boolean().default(false).describe("Also ship the encoder, so that a picture can be the query."),
      })
      .optional(),
    audio: z.strictObject({ encoder: z.string().min(1).describe("A base with modality: audio.") }).optional(),
    unreadable: z
      .enum(["fail", "skip"])
      .default("fail")
      .describe("skip: leave out files that cannot be read, and list them; kolm compile --keep-going does so once."),
    largestFile: z
      .int()
      .min(1)
      .default(32 << 20)
      .describe("Bytes; a larger file counts as unreadable."),
  })
  .prefault({});
export type RecallOptions = z.infer<typeof RecallOptions>;
