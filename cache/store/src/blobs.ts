// This file keeps blobs as files: written aside, flushed, then renamed, so that a name never shows half its bytes.
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "@kolm/format/node";
import { blobMissing, checkBytes, checkName, sha256Of } from "./digest.ts";
import { errorCode, storeError } from "./failure.ts";
import type { Blobs } from "./port.ts";
import { tempName } from "./temp.ts";

/** Blobs below a folder; temporary files go to temps, which must be on the same file system. */
export function fileBlobs(folder: string, temps: string): Blobs {
  const path = (sha256: string): string => join(folder, checkName(sha256).slice(0, 2), sha256.slice(2));
  return {
    path,
    has: (sha256) => isFile(path(sha256)),
    get: async (sha256) => {
      const bytes = await readIfThere(path(sha256));
      if (bytes === undefined) throw blobMissing(sha256);
      return checkBytes(sha256, bytes, path(sha256));
    },
    put: async (bytes) => {
      const sha256 = sha256Of(bytes);
      try {
        if (!(await holds(path(sha256), bytes))) await place(bytes, path(sha256), join(temps, tempName()));
      } catch (error) {
        throw storeError(error, path(sha256));
      }
      return sha256;
    },
  };
}

/** Puts bytes at path by way of a temporary file: a crash at any step leaves the old bytes or the new, never half. */
async function place(bytes: Uint8Array, path: string, temp: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    // Read-only, since others may hard-link the blob and would write through the link.
    const file = await open(temp, "wx", 0o444);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

// Whole comparison, not only the size: storing again is how an altered blob is mended.
async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  if (!(await isFile(path)) || (await stat(path)).size !== bytes.length) return false;
  const found = await readIfThere(path);
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
