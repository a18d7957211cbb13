// This file embeds texts for benchmarks with the workspace's own base, and remembers vectors under the machine's temporary folder.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { openEnvironment, runStep } from "@kolm/nx";
import { decodeModel } from "@kolm/onnx";
import type { TrainedBase } from "@kolm/recall";
import { type BaseFile, createEncoder, createTokenizer } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { folderInputs, layoutOf } from "@kolm/stage";

/** Turns texts into unit vectors; another encoder, tuned or not, can stand in its place. */
export type Embedder = {
  /** Changes whenever the vectors of a text would. */
  readonly id: string;
  readonly embed: (texts: readonly string[]) => Promise<Float32Array[]>;
};

/** What benchmarks of recall leave behind for their next run. */
export const CACHE = join(tmpdir(), "kolm-bench-recall");
const ROOT = join(import.meta.dirname, "../../../../..");
const BASE = "use-lite";
const THREADS = 2;

/** The workspace's base, and what training takes of it. */
export type Base = TrainedBase & { readonly tokenizerId: string };

/** The embedded base as it is, not tuned. */
export async function baseEmbedder(): Promise<Embedder> {
  const base = await openBase();
  return embedderOf(base, base.model);
}

/** Makes the base where it is not yet made. */
export async function openBase(): Promise<Base> {
  const root = join(CACHE, "workspace");
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "kolm.workspace.yaml"), await readFile(join(ROOT, "kolm.workspace.yaml")));
  const environment = await openEnvironment(root, new AbortController().signal);
  try {
    await runStep({ owner: BASE, stage: "base", report: () => undefined }, environment);
    const inputs = folderInputs(() => layoutOf(root).base(BASE), environment.store);
    const base = await inputs.json<BaseFile>("base/base.json");
    const tokenizerJson: unknown = JSON.parse(new TextDecoder().decode(await inputs.blob(base.tokenizer)));
    const model = await inputs.blob(base.model);
    return {
      graph: decodeModel(model),
      model,
      names: base.encoder,
      tokenizer: createTokenizer(tokenizerJson, base),
      tokenizerId: base.tokenizer.sha256,
    };
  } finally {
    await environment.store.close();
  }
}

/** Embeds with these weights, which are the base's or tuned. */
export function embedderOf({ names, tokenizer, tokenizerId }: Base, model: Uint8Array): Embedder {
  return {
    id: `${createHash("sha256").update(model).digest("hex")} ${tokenizerId}`,
    embed: async (texts) => {
      const encoder = await createEncoder({ model, tokenizer, names, createSession, threads: THREADS });
      try {
        return await encoder.encode(texts, {
          step: (done) => {
            if (process.stderr.isTTY) process.stderr.write(`\r  embedding ${done}/${texts.length}`.padEnd(60));
          },
        });
      } finally {
        await encoder.close();
      }
    },
  };
}

/** The embedder's vectors of these texts, from an earlier run where there was one. */
export async function remembered({ id, embed }: Embedder, texts: readonly string[]): Promise<Float32Array[]> {
  const digest = createHash("sha256")
    .update(JSON.stringify([id, texts]))
    .digest("hex");
  return unpackEqual(
    await cached(`${digest}.f32`, async () => {
      const vectors = await embed(texts);
      const all = new Float32Array(vectors.length * (vectors[0]?.length ?? 0));
      for (const [at, vector] of vectors.entries()) all.set(vector, at * vector.length);
      return new Uint8Array(all.buffer);
    }),
    texts.length,
  );
}

/** Bytes of an earlier run under this name, else what `make` gives, which is kept. */
export async function cached(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const file = join(CACHE, name);
  const known = await readFile(file).catch(() => undefined);
  if (known) return new Uint8Array(known.buffer, known.byteOffset, known.length).slice();
  const bytes = await make();
  await mkdir(CACHE, { recursive: true });
  // By rename, so that a run that is stopped leaves nothing half-written.
  await writeFile(`${file}.${process.pid}`, bytes);
  await rename(`${file}.${process.pid}`, file);
  return bytes;
}

function unpackEqual(bytes: Uint8Array, count: number): Float32Array[] {
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const dims = all.length / Math.max(1, count);
  if (!Number.isInteger(dims)) throw new KolmError("BENCH_CACHE", `the cache holds ${all.length} numbers for ${count}`);
  return Array.from({ length: count }, (_, row) => all.subarray(row * dims, (row + 1) * dims));
}
