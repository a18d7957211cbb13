// This file runs the distill stage in a process of its own and prints the digest of every file it writes, for tests.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { distill } from "@kolm/distill";
import type { Contract } from "@kolm/format";
import { memoryStore } from "@kolm/store";
import { defaultBase } from "../recall/base.ts";
import { type Answered, fakeContext, jsonOf } from "./fake-context.ts";

/** How one run differs from others that must give the same bytes. */
export type Variant = { readonly mode: "fast" | "portable"; readonly threads: number; readonly arena?: boolean };
export type Trial = {
  /** SHA-256 of each file by path; adapter.json names adapter and heads by theirs. */
  readonly files: Readonly<Record<string, string>>;
  /** The family that training.json names. */
  readonly kernels: string;
  /** How many threads WebAssembly had. */
  readonly wasmThreads: number | null;
};

const contract: Contract = {
  input: { type: "text", maxLength: 200 },
  output: { mood: { type: "enum", values: ["hello", "goodbye"] }, person: { type: "span" } },
};

const NAMES = ["Ravi", "Ingrid", "Tomas"];
const SAYINGS = [
  "Hello",
  "Goodbye and thanks for all",
  "Good morning to you",
  "See you next week",
  "Welcome",
  "Farewell",
];

/** Twelve rows with an answer and two without. */
const answers: Answered[] = [
  ...SAYINGS.flatMap((saying, place) =>
    [0, 1].map((turn): Answered => {
      const name = NAMES[(place + turn) % NAMES.length] ?? "";
      const start = saying.length + 2;
      const person = { start, end: start + name.length, text: name };
      return { input: `${saying}, ${name}`, output: { mood: place % 2 === 0 ? "hello" : "goodbye", person } };
    }),
  ),
  { input: "Boil the pasta for ten minutes", output: null },
  { input: "The printer is out of paper", output: null },
];

async function runTrial({ mode, threads, arena = true }: Variant): Promise<Trial> {
  if (!arena) leaveOutArena();
  const store = memoryStore();
  const base = await defaultBase(store);
  const { context, written } = fakeContext({ contract, answers, options: { mode, threads, epochs: 1 }, base, store });
  await distill.run(context);
  const files = [...written].map(([path, bytes]) => [path, createHash("sha256").update(bytes).digest("hex")] as const);
  return {
    files: Object.fromEntries(files),
    kernels: jsonOf<{ training: { kernels: string } }>(written, "training.json").training.kernels,
    wasmThreads: mode === "portable" ? await countWasmThreads() : null,
  };
}

type Create = (model: Uint8Array, options: object) => Promise<unknown>;

/** Makes every native session of this process without a memory arena. */
function leaveOutArena(): void {
  const load = createRequire(import.meta.resolve("@kolm/runtime/package.json"));
  const { InferenceSession } = load("onnxruntime-node") as { readonly InferenceSession: { create: Create } };
  const create = InferenceSession.create.bind(InferenceSession);
  InferenceSession.create = (model, options) =>
    create(model, { ...options, enableCpuMemArena: false, enableMemPattern: false });
}

async function countWasmThreads(): Promise<number> {
  const { env } = (await importPackage("onnxruntime-web")) as { readonly env: { wasm: { numThreads: number } } };
  return env.wasm.numThreads;
}

/** A package of the runtime's, the one it loaded itself. */
async function importPackage(name: string): Promise<unknown> {
  return import(import.meta.resolve(name));
}

process.stdout.write(JSON.stringify(await runTrial(JSON.parse(process.argv[2] ?? "") as Variant)));
