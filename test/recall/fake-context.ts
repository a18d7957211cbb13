// This file makes the context of the recall stage out of corpus files in memory, for tests.
import type { BaseFile } from "@kolm/runtime";
import { RecallOptions } from "@kolm/recall";
import { type Context, createRng } from "@kolm/stage";
import type { Store } from "@kolm/store";
import { memoryInputs, memoryOutputs } from "../teach/stage-files.ts";

export type Spec = {
  readonly options: unknown;
  readonly corpus: Readonly<Record<string, string | Uint8Array>>;
  readonly base: BaseFile;
  readonly store: Store;
  /** Rows of spec/passages.jsonl. */
  readonly wanted?: readonly unknown[];
};
export type Fake = {
  readonly context: Context<RecallOptions>;
  readonly written: Map<string, Uint8Array>;
  readonly messages: string[];
};

export async function fakeContext({ options, corpus, base, store, wanted }: Spec): Promise<Fake> {
  const sources = [];
  for (const [path, content] of Object.entries(corpus)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    sources.push({ path, sha256: await store.blobs.put(bytes), size: bytes.length });
  }
  const files = new Map([
    ["spec/corpus.json", JSON.stringify(sources)],
    ["base/base.json", JSON.stringify(base)],
    ...(wanted ? [["spec/passages.jsonl", wanted.map((row) => JSON.stringify(row)).join("\n")] as const] : []),
  ]);
  const written = new Map<string, Uint8Array>();
  const messages: string[] = [];
  const context: Context<RecallOptions> = {
    task: "help",
    options: RecallOptions.parse(options),
    inputs: memoryInputs(files, store),
    outputs: memoryOutputs(written, store),
    rng: createRng("test"),
    report: ({ message }) => messages.push(message),
    signal: new AbortController().signal,
    store,
    secret: () => undefined,
    signer: async () => {
      throw new Error("recall signs nothing");
    },
  };
  return { context, written, messages };
}

export function linesOf(written: ReadonlyMap<string, Uint8Array>, path: string): Record<string, unknown>[] {
  const text = new TextDecoder().decode(written.get(path));
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
