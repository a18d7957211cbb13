// This file declares the seal stage.
import { LAYERS, type Stage } from "@kolm/stage";
import { ArtifactOptions } from "../options.ts";

/** Refuses what the gate refused; signs manifest and chain of what passed. */
export const seal: Stage<ArtifactOptions> = {
  name: "seal",
  summary: "Checks the gate, then signs the list of layers.",
  section: "artifact",
  options: ArtifactOptions,
  reads: [
    "spec/artifact.json",
    "spec/identity.json",
    "spec/description.json",
    "spec/examples.jsonl",
    ...new Set(LAYERS.map(({ from }) => from).filter((from) => !from.startsWith("seal/"))),
  ],
  writes: ["manifest.json", "receipt.json", "chunks.bin", "layers.json", "card.md"],
  signs: true,
  run: async (context) => (await import("./run.ts")).run(context),
};
