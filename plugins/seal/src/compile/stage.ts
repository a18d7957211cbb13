// This file declares the compile stage.
import type { Stage } from "@kolm/stage";
import { z } from "zod";

/** Streams the sealed members and the layers' blobs into dist/<task>.kolm. */
export const compile: Stage = {
  name: "compile",
  summary: "Assembles the sealed layers into dist/<task>.kolm.",
  section: "",
  options: z.unknown(),
  reads: ["seal/manifest.json", "seal/receipt.json", "seal/chunks.bin", "seal/layers.json"],
  writes: ["artifact.json"],
  run: async (context) => (await import("./run.ts")).run(context),
};
