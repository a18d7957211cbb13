// This file keeps blobs as files: written aside, flushed, then renamed, so that a name never shows half its bytes.
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "@kolm/format/node";
import { blobMissing, checkBytes, checked, checkName, meter, sha256Of } from "./digest.ts";
import { errorCode, storeError } from "./failure.ts";
import type { Blobs, Expected } from "./port.ts";
import { tempName } from "./temp.ts";

/** A blob used within the hour need not be marked again. */
const FRESH_MS = 3_600_000;

/** Blobs below a folder; temporary files go to temps, which must be on the same file system. */
export function fileBlobs(folder: string, temps: string): Blobs {
  const path = (sha256: string): string => join(folder, checkName(sha256).slice(0, 2), sha256.slice(2));
  const write = async (pieces: AsyncIterable<Uint8Array>, expected: Expected = {}): Promise<string> => {
    const temp = join(temps, tempName());
    try {
      const sha256 = await spool(pieces, temp, expected);
      await settle(temp, path(sha256));
      return sha256;
    } catch (error) {
      await rm(temp, { force: true });
      throw storeError(error, folder);
    }
  };
  return {
    path,
    write,
    touch: (sha256) => touch(path(sha256)),
    has: (sha256) => touch(path(sha256)),
    read: (sha256) => readChecked(sha256, path(sha256)),
    get: async (sha256) => {
      const bytes = await readIfThere(path(sha256));
      if (bytes === undefined) throw blobMissing(sha256);
      return checkBytes(sha256, bytes, path(sha256));
    },
    put: async (bytes) => {
      const sha256 = sha256Of(bytes);
      try {
        if (await holds(path(sha256), bytes)) return sha256;
      } catch (error) {
        throw storeError(error, path(sha256));
      }
      return write(once(bytes), { sha256 });
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Writes a stream aside, flushed and checked, and gives its name. */
async function spool(pieces: AsyncIterable<Uint8Array>, temp: string, expected: Expected): Promise<string> {
  const passing = meter(expected, "the writer");
  // Read-only, since others may hard-link the blob and would write through the link.
  const file = await open(temp, "wx", 0o444);
  try {
    for await (const piece of pieces) {
      passing.add(piece);
      await file.writeFile(piece);
    }
    const { sha256 } = passing.end();
    await file.sync();
    return sha256;
  } finally {
    await file.close();
  }
}

/** A crash at any step leaves the old bytes or the new, never half. */
async function settle(temp: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rename(temp, path);
  await syncFolder(dirname(path));
}

async function* readChecked(sha256: string, path: string): AsyncGenerator<Uint8Array> {
  if (!(await touch(path))) throw blobMissing(sha256);
  try {
    yield* checked(createReadStream(path), { sha256 }, path);
  } catch (error) {
    throw errorCode(error) === "ENOENT" ? blobMissing(sha256) : error;
  }
}

// Whole comparison, not only the size: storing again is how an altered blob is mended.
async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  if (!(await touch(path)) || (await stat(path)).size !== bytes.length) return false;
  const found = await readIfThere(path);
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}

/** False when no file is there; otherwise its time of change becomes that of its last use, give or take an hour. */
async function touch(path: string): Promise<boolean> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return false;
    const now = Date.now();
    if (now - facts.mtimeMs > FRESH_MS) await utimes(path, now / 1000, now / 1000).catch(() => {});
    return true;
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
