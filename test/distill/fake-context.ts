// This file makes the context of the distill stage out of answers in memory, for tests.
import type { Contract, Output } from "@kolm/format";
import { StudentOptions } from "@kolm/distill";
import type { BaseFile } from "@kolm/runtime";
import { type Context, createRng } from "@kolm/stage";
import type { Store } from "@kolm/store";
import { memoryInputs, memoryOutputs } from "../teach/stage-files.ts";

export type Answered = { readonly input: string; readonly output: Output | null };

export type Spec = {
  readonly contract: Contract;
  readonly answers: readonly Answered[];
  readonly options?: unknown;
  readonly base: BaseFile;
  readonly store: Store;
  readonly signal?: AbortSignal;
};
export type Fake = {
  readonly context: Context<StudentOptions>;
  readonly written: Map<string, Uint8Array>;
  readonly messages: string[];
};

/** Files that earlier stages would have written, and what this one writes. */
export function fakeContext({ contract, answers, options = {}, base, store, signal }: Spec): Fake {
  const lines = answers.map((row, place) => JSON.stringify({ id: String(place), origin: "human", ...row }));
  const files = new Map([
    ["spec/contract.json", JSON.stringify(contract)],
    ["base/base.json", JSON.stringify(base)],
    ["teach/answers.jsonl", lines.join("\n")],
  ]);
  const written = new Map<string, Uint8Array>();
  const messages: string[] = [];
  const context: Context<StudentOptions> = {
    task: "test",
    options: StudentOptions.parse(options),
    inputs: memoryInputs(files, store),
    outputs: memoryOutputs(written, store),
    rng: createRng("test"),
    report: ({ message }) => messages.push(message),
    signal: signal ?? new AbortController().signal,
    store,
    secret: () => undefined,
    signer: async () => {
      throw new Error("distill signs nothing");
    },
  };
  return { context, written, messages };
}

/** A written JSON file. */
export function jsonOf<T>(written: ReadonlyMap<string, Uint8Array>, path: string): T {
  return JSON.parse(new TextDecoder().decode(written.get(path))) as T;
}
