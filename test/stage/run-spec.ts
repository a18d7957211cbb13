// This file runs the spec stage over files in memory, for tests.
import assert from "node:assert/strict";
import { createRng, createSpec, type Stage } from "@kolm/stage";
import { memoryStore } from "@kolm/store";
import { z } from "zod";
import { memoryInputs, memoryOutputs } from "../teach/stage-files.ts";

/** What the stage wrote for the task "demo", by path below spec/. */
export async function runSpec(
  stages: readonly Stage[],
  files: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const store = memoryStore();
  const written = new Map<string, Uint8Array>();
  await createSpec(stages, z.unknown()).run({
    task: "demo",
    options: {},
    inputs: memoryInputs(files, store),
    outputs: memoryOutputs(written, store),
    rng: createRng("spec"),
    report: () => {},
    signal: new AbortController().signal,
    store,
    secret: () => undefined,
    signer: () => assert.fail("spec signs nothing"),
  });
  return new Map([...written].map(([path, bytes]) => [`spec/${path}`, new TextDecoder().decode(bytes)]));
}
