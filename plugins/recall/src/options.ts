// This file defines the recall section of a task: whether its corpus may ship, and how it is read, embedded and searched.
import { z } from "zod";

const weight = z.number().min(0).max(1000);

const view = z.strictObject({
  share: z
    .number()
    .min(0.1)
    .lt(1)
    .optional()
    .describe("How much of width and height the picture takes, in a frame of its own ground."),
  mirrored: z.boolean().default(false).describe("Left and right change places."),
  inverted: z.boolean().default(false).describe("Light and dark change places."),
});

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
    tune: z
      .strictObject({
        steps: z
          .union([z.literal("auto"), z.int().min(1).max(10_000)])
          .default("auto")
          .describe("auto: ten rounds of the examples, and 150 steps at most; a step takes about a second."),
        rank: z.int().min(1).max(256).default(16).describe("Of the LoRA matrices; their alpha is twice the rank."),
        learningRate: z.number().positive().max(1).default(2e-3),
        titles: z
          .boolean()
          .default(true)
          .describe("Titles of the corpus are queries too, answered by the text under them."),
        threads: z.int().min(1).max(64).default(2).describe("Any number gives the same bytes."),
      })
      .optional()
      .describe(
        "Tunes the text encoder on the examples of a retrieval field; kept only where held-out examples are ranked better.",
      ),
    image: z
      .strictObject({
        encoder: z.string().min(1).describe("A base of kolm.workspace.yaml with modality: image."),
        bridge: z
          .literal("labels")
          .optional()
          .describe("Makes pictures findable by text through the names of the encoder's classes."),
        ask: z.boolean().default(false).describe("Also ship the encoder, so that a picture can be the query."),
        views: z
          .array(view)
          .min(1)
          .max(16)
          .optional()
          .describe("Ways each picture is shown to the encoder, whose vectors are averaged; else once, as it is."),
        roots: z
          .boolean()
          .default(false)
          .describe("Take the square root of the vector's numbers, so that single strong features count less."),
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
