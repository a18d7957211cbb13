// This file declares the recall stage: what it reads and writes; its body is loaded only when it runs.
import type { Stage } from "@kolm/stage";
import { SPACE_FILES } from "./index/files.ts";
import { RecallOptions } from "./options.ts";

/** Cuts the corpus into passages, embeds them with the bases and writes the index that answers cite from. */
export const recall: Stage<RecallOptions> = {
  name: "recall",
  summary: "Builds the searchable index of the task's corpus.",
  section: "recall",
  options: RecallOptions,
  reads: [
    "spec/recall.json",
    "spec/corpus.json",
    "spec/passages.jsonl",
    "base/base.json",
    "base-image/base.json",
    "base-audio/base.json",
  ],
  writes: [
    "index.json",
    "payloads.jsonl",
    "keywords.bin",
    ...SPACE_FILES,
    "encoders.json",
    "adapter.json",
    "adapter_config.json",
    "tuning.json",
    "notice.json",
  ],
  bases: (section) => ({ ...roleOf("image", section), ...roleOf("audio", section) }),
  applies: ({ enabled, ship }) => enabled !== false && ship !== "none",
  run: async (context) => (await import("./run.ts")).run(context),
};

function roleOf(role: "image" | "audio", section: Readonly<Record<string, unknown>>): Record<string, string> {
  const options = section[role];
  const named =
    typeof options === "object" && options !== null ? (options as { encoder?: unknown }).encoder : undefined; // unchecked YAML
  return typeof named === "string" ? { [role]: named } : {};
}
