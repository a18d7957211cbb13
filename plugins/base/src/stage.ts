// This file is the base stage: pinned weights in, one ONNX encoder with its tokenizer out.
import type { Stage } from "@kolm/stage";
import { BaseOptions } from "./options.ts";

export const base: Stage<BaseOptions> = {
  name: "base",
  summary: "Checks pretrained weights against their pins and writes them as an ONNX encoder with a tokenizer.",
  section: "",
  options: BaseOptions,
  reads: [],
  writes: ["base.json"],
  run: async (context) => (await import("./run.ts")).runBase(context),
};
