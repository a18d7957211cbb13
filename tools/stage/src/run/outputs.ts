// This file collects what a stage writes in a scratch folder, and puts it in place all at once when the stage ends well.
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KolmError } from "@kolm/format";
import { writeFileAtomically } from "@kolm/format/node";
import type { Store } from "@kolm/store";
import { createHash } from "node:crypto";
import type { BlobPointer, Outputs, Stage } from "../contract.ts";
import { POINTER_FROM, POINTER_SUFFIX } from "./folders.ts";
import { stableJson } from "./stable-json.ts";

/** One file a stage wrote, by its path below the stage's folder. */
export type Written = { readonly path: string; readonly sha256: string; readonly size: number };

export type Collected = {
  readonly outputs: Outputs;
  /** Files written so far, in code-unit order, and every further blob they point to. */
  readonly written: () => { readonly files: readonly Written[]; readonly blobs: readonly string[] };
};

/** Outputs into `folder`; a path the stage did not declare is a bug in the stage. */
export function collectOutputs(
  stage: Stage,
  folder: string,
  { store, artifact }: { store: Store; artifact: (name: string) => string },
): Collected {
  const files: Written[] = [];
  const blobs: string[] = [];
  const blob = async (bytes: Uint8Array): Promise<BlobPointer> => {
    const sha256 = await store.blobs.put(bytes);
    blobs.push(sha256);
    return { sha256, size: bytes.length };
  };
  const bytes = async (path: string, content: Uint8Array): Promise<void> => {
    if (!stage.writes.includes(path)) throw new Error(`stage ${stage.name} wrote ${path}, which it does not declare`);
    const sha256 = await store.blobs.put(content);
    files.push({ path, sha256, size: content.length });
    await place(folder, { path, sha256, size: content.length }, store);
  };
  return {
    outputs: {
      bytes,
      blob,
      json: (path, value) => bytes(path, new TextEncoder().encode(stableJson(value))),
      artifact: async (name, chunks) => {
        const hash = createHash("sha256");
        let size = 0;
        async function* counted(): AsyncIterable<Uint8Array> {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        }
        await mkdir(dirname(artifact(name)), { recursive: true });
        await writeFileAtomically(artifact(name), counted());
        return { sha256: hash.digest("hex"), size };
      },
    },
    written: () => ({
      files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
      blobs: [...new Set(blobs)].sort(),
    }),
  };
}

/** Writes one file from the store into a folder: in place when small, as a pointer when large. */
export async function place(folder: string, file: Written, store: Store): Promise<void> {
  const path = join(folder, file.path);
  await mkdir(dirname(path), { recursive: true });
  const large = file.size > POINTER_FROM;
  const content = large
    ? `${stableJson({ sha256: file.sha256, size: file.size })}\n`
    : await store.blobs.get(file.sha256);
  await writeFile(large ? path + POINTER_SUFFIX : path, content).catch(explainFull);
}

/** Replaces `final` by `scratch`; a crash in between leaves no folder, never half of one. */
export async function swapFolder(scratch: string, final: string): Promise<void> {
  await syncFolder(scratch);
  await mkdir(dirname(final), { recursive: true });
  const old = `${scratch}.old`;
  await rename(final, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(scratch, final);
  await rm(old, { recursive: true, force: true });
}

async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const handle = await open(join(entry.parentPath, entry.name), "r+");
    await handle.sync();
    await handle.close();
  }
}

function explainFull(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOSPC") throw error;
  throw new KolmError("DISK_FULL", "the disk is full", {
    cause: error,
    hint: "Free some space and run the same command again; finished stages are kept.",
  });
}
