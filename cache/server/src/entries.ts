// This file keeps small write-once files by key: the first writer's bytes stay until they age out.
import { createHash } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "@kolm/format/node";
import { errorCode } from "@kolm/store";

export type Kept = "stored" | "same" | "other";
export type Entries = {
  readonly get: (kind: string, key: string) => Promise<Uint8Array | undefined>;
  readonly put: (kind: string, key: string, value: Uint8Array) => Promise<Kept>;
  readonly remove: (kind: string, key: string) => Promise<void>;
};

/** Entries below a folder as <2 hex>/<62 hex> of the digest of kind and key; temp() names a file nobody else has. */
export function fileEntries(folder: string, temp: () => string): Entries {
  const pathOf = (kind: string, key: string): string => {
    const name = createHash("sha256").update(`${kind}\n${key}`).digest("hex");
    return join(folder, name.slice(0, 2), name.slice(2));
  };
  const get = async (kind: string, key: string): Promise<Uint8Array | undefined> => readIfThere(pathOf(kind, key));
  return {
    get,
    remove: (kind, key) => rm(pathOf(kind, key), { force: true }),
    put: async (kind, key, value) => {
      const path = pathOf(kind, key);
      const first = await readIfThere(path);
      if (first !== undefined) return Buffer.compare(first, value) === 0 ? "same" : "other";
      const aside = temp();
      try {
        await writeFlushed(aside, value);
        await mkdir(dirname(path), { recursive: true });
        // A link, unlike a rename, never takes the place of what another writer put there meanwhile.
        await link(aside, path);
        await syncFolder(dirname(path));
        return "stored";
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error;
        const winner = await readIfThere(path);
        return winner !== undefined && Buffer.compare(winner, value) === 0 ? "same" : "other";
      } finally {
        await rm(aside, { force: true });
      }
    },
  };
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o444);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
