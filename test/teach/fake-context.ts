// This file makes the context of a stage out of files in memory, for tests.
import { createHash } from "node:crypto";
import type { Contract, Output } from "@kolm/format";
import { type Context, createRng } from "@kolm/stage";
import { memoryStore, type Store } from "@kolm/store";
import { baseline, TeacherOptions } from "@kolm/teach";
import { memoryInputs, memoryOutputs } from "./stage-files.ts";

export type FakeRow = { readonly input: string; readonly output: Output | null; readonly reviewed?: true };
export type Spec = {
  readonly options: unknown;
  readonly contract?: Contract;
  readonly examples: readonly FakeRow[];
  readonly evals?: readonly FakeRow[];
  /** Inputs without answers. */
  readonly unlabelled?: readonly string[];
  /** Files of the task folder that the recorded teacher reads, or a cassette. */
  readonly recorded?: Readonly<Record<string, string>>;
  readonly store?: Store;
  readonly signal?: AbortSignal;
  readonly secrets?: Readonly<Record<string, string>>;
};
export type Fake = {
  readonly context: Context<TeacherOptions>;
  readonly written: Map<string, Uint8Array>;
  readonly messages: string[];
  /** Runs the baseline stage after teach; its files are written as baseline/…. */
  readonly measure: () => Promise<void>;
};

export const MOOD: Contract = {
  input: { type: "text", maxLength: 1000 },
  output: { mood: { type: "enum", values: ["good", "bad"] }, word: { type: "span" } },
};

export const row = (input: string, mood = "good"): FakeRow => ({ input, output: { mood, word: null } });
const idOf = (input: string): string => createHash("sha256").update(input).digest("hex").slice(0, 12);

export async function fakeContext(spec: Spec): Promise<Fake> {
  const store = spec.store ?? memoryStore();
  const files = new Map<string, string>();
  const lines = (rows: readonly FakeRow[]): string =>
    rows.map((one) => `${JSON.stringify({ id: idOf(one.input), ...one })}\n`).join("");
  files.set("spec/contract.json", JSON.stringify(spec.contract ?? MOOD));
  files.set("spec/description.json", JSON.stringify({ text: "Says whether a message is in a good mood." }));
  files.set("spec/examples.jsonl", lines(spec.examples));
  files.set("spec/evals.jsonl", lines(spec.evals ?? []));
  if (spec.unlabelled)
    files.set(
      "spec/unlabelled.jsonl",
      spec.unlabelled.map((input) => `${JSON.stringify({ id: idOf(input), input })}\n`).join(""),
    );
  files.set("spec/held-out.jsonl", lines(spec.evals ?? []));
  const pointers = [];
  for (const [path, text] of Object.entries(spec.recorded ?? {})) {
    const bytes = new TextEncoder().encode(text);
    pointers.push({ path, sha256: await store.blobs.put(bytes), size: bytes.length });
  }
  files.set("spec/teacher.files.json", JSON.stringify(pointers));
  const written = new Map<string, Uint8Array>();
  const messages: string[] = [];
  const context: Context<TeacherOptions> = {
    task: "mood",
    options: TeacherOptions.parse(spec.options),
    inputs: memoryInputs(files, store),
    outputs: memoryOutputs(written, store),
    rng: createRng("test"),
    report: ({ message }) => messages.push(message),
    signal: spec.signal ?? new AbortController().signal,
    store,
    secret: (name) => spec.secrets?.[name],
    signer: async () => {
      throw new Error("teach signs nothing");
    },
  };
  const measure = async (): Promise<void> => {
    files.set("teach/ledger.json", new TextDecoder().decode(written.get("ledger.json")));
    const measured = new Map<string, Uint8Array>();
    await baseline.run({ ...context, outputs: memoryOutputs(measured, store) });
    for (const [path, bytes] of measured) written.set(`baseline/${path}`, bytes);
  };
  return { context, written, messages, measure };
}

/** The rows of a JSONL file a stage wrote. */
export function rowsOf(written: ReadonlyMap<string, Uint8Array>, path: string): Record<string, unknown>[] {
  const lines = new TextDecoder()
    .decode(written.get(path))
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function jsonOf(written: ReadonlyMap<string, Uint8Array>, path: string): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(written.get(path))) as Record<string, unknown>;
}
