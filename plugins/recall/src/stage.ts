// This file declares the recall stage: what it reads and writes; its body is loaded only when it runs.
import type { Stage } from "@kolm/stage";
import { RecallOptions } from "./options.ts";

/** Cuts the corpus into passages, embeds them with the base and writes the index that answers cite from. */
export const recall: Stage<RecallOptions> = {
  name: "recall",
  summary: "Builds the searchable index of the task's corpus.",
  section: "recall",
  options: RecallOptions,
  reads: ["spec/recall.json", "spec/corpus.json", "base/base.json"],
  writes: ["index.json", "vectors.bin", "payloads.jsonl", "graph.hnsw"],
  applies: ({ enabled, ship }) => enabled !== false && ship !== "none",
  run: async (context) => (await import("./run.ts")).run(context),
};
