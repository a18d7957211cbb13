// This file defines the recall section of a task: whether its corpus may ship, and how it is cut and searched.
import { z } from "zod";

/** The recall section of task.yaml. */
export const RecallOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe("false: build no index even though there is a corpus."),
    ship: z
      .enum(["full", "none"])
      .optional()
      .describe("full: the corpus text and its vectors go into the artifact; none: nothing of the corpus does."),
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
      .describe("auto: exact below 2,000 passages, else a graph (hnsw) where hnswlib-node is installed."),
  })
  .prefault({});
export type RecallOptions = z.infer<typeof RecallOptions>;
