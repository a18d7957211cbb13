// This file holds a whole task in memory: what earlier stages wrote, a draft that answers from a table, and what verify writes.
import { createHash } from "node:crypto";
import type { Output } from "@kolm/format";
import { type Context, createRng, DEVICE_PROFILES, type Inputs } from "@kolm/stage";
import { GateOptions } from "@kolm/verify";
import { type Answer, LAYER } from "@kolm/runtime";
import type { VerifyPorts } from "../../plugins/verify/src/draft/ports.ts";

type FakeRow = { readonly id: string; readonly input: string; readonly output: Output | null };
export type FakeTask = {
  readonly contract: unknown;
  readonly examples: readonly FakeRow[];
  readonly evals: readonly FakeRow[];
  readonly golden?: readonly FakeRow[];
  readonly taught?: readonly FakeRow[];
  readonly corpus?: Readonly<Record<string, string>>;
  readonly baseline?: unknown;
  readonly ledger?: unknown;
  readonly lifetimeRequests?: number;
  /** Further files of earlier stages, as text. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Files with pointers, each to these bytes. */
  readonly pointed?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly options?: unknown;
};

const bytesOf = (value: unknown): Uint8Array =>
  value instanceof Uint8Array
    ? value
    : new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const linesOf = (rows: readonly FakeRow[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** A context over these files, with what the stage wrote and said. */
export function fakeContext(task: FakeTask): {
  context: Context<GateOptions>;
  written: Map<string, Uint8Array>;
  said: string[];
} {
  const blobs = new Map<string, Uint8Array>();
  const put = (bytes: Uint8Array) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    blobs.set(sha256, bytes);
    return { sha256, size: bytes.length };
  };
  const corpus = Object.entries(task.corpus ?? {}).map(([path, text]) => ({ path, ...put(bytesOf(text)) }));
  const base = { model: new Uint8Array(3000), tokenizer: new Uint8Array(100) };
  const pointed = Object.entries({ "base/base.json": base, ...task.pointed }).map(([path, parts]) => {
    const entries = Object.entries(parts).map(([key, part]) => [key, part instanceof Uint8Array ? put(part) : part]);
    return [path, Object.fromEntries(entries)];
  });
  const files = new Map<string, Uint8Array>(
    Object.entries({
      "spec/contract.json": task.contract,
      "spec/device.json": {
        name: "phone",
        profile: DEVICE_PROFILES.phone,
        lifetimeRequests: task.lifetimeRequests ?? 1_000_000,
      },
      "spec/examples.jsonl": linesOf(task.examples),
      "spec/evals.jsonl": linesOf(task.evals),
      "spec/golden.jsonl": linesOf(task.golden ?? []),
      "spec/corpus.json": corpus,
      "teach/answers.jsonl": linesOf(task.taught ?? task.examples),
      ...(task.baseline === undefined
        ? {}
        : { "baseline/baseline.json": task.baseline, "baseline/ledger.json": { cost: "0.25" } }),
      "teach/ledger.json": task.ledger ?? { cost: "0" },
      ...Object.fromEntries(pointed),
      ...task.files,
    }).map(([path, value]): [string, Uint8Array] => [path, bytesOf(value)]),
  );
  const written = new Map<string, Uint8Array>();
  const said: string[] = [];
  const write = async (path: string, bytes: Uint8Array): Promise<void> => void written.set(path, bytes);
  const context = {
    task: "fake",
    options: GateOptions.parse(task.options),
    inputs: fakeInputs(files, { blobs, put }),
    outputs: { bytes: write, json: (path: string, value: unknown) => write(path, bytesOf(value)) },
    rng: createRng("fake"),
    report: ({ message }: { message: string }) => void said.push(message),
    signal: new AbortController().signal,
    secret: () => undefined,
  };
  // Verify reaches neither the store nor blob outputs.
  return { context: context as unknown as Context<GateOptions>, written, said };
}

type Blobs = { blobs: ReadonlyMap<string, Uint8Array>; put: (bytes: Uint8Array) => { sha256: string; size: number } };

function fakeInputs(files: ReadonlyMap<string, Uint8Array>, { blobs, put }: Blobs): Inputs {
  const bytes = async (path: string): Promise<Uint8Array> => {
    const content = files.get(path);
    if (content === undefined) throw new Error(`${path} is not there`);
    return content;
  };
  return {
    bytes,
    json: async <T>(path: string) => JSON.parse(new TextDecoder().decode(await bytes(path))) as T,
    has: async (path) => files.has(path),
    list: async () => [],
    blob: async ({ sha256 }) => {
      const content = blobs.get(sha256);
      if (content === undefined) throw new Error(`blob ${sha256} is not there`);
      return content;
    },
    pointer: async (path) => put(await bytes(path)),
  };
}

/** Ports whose artifact answers by `answer`, which sees which parts may answer; vectors count letters. */
export function fakePorts(
  answer: (input: string, parts: { recipes: boolean; student: boolean }) => Answer,
): VerifyPorts {
  return {
    open: async (layer, use = ["recipes", "student", "recall"]) => {
      const recipes = use.includes("recipes") && (await layer(LAYER.recipes)) !== undefined;
      const student = use.includes("student") && (await layer(LAYER.student)) !== undefined;
      return { answer: async (input) => answer(input, { recipes, student }), close: async () => undefined };
    },
    withEncoder: async (draft, _at, use) =>
      use((await draft.layer(LAYER.encoder)) ? async (texts) => texts.map(letterVector) : undefined),
  };
}

function letterVector(text: string): Float32Array {
  const counts = new Float32Array(26);
  for (const letter of text.toLowerCase()) {
    const index = letter.charCodeAt(0) - 97;
    if (index >= 0 && index < 26) counts[index] = (counts[index] ?? 0) + 1;
  }
  const length = Math.hypot(...counts);
  return counts.map((count) => (length === 0 ? 0 : count / length));
}
