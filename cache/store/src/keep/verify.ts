// This file reads every blob again and says which are not what their names say.
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { errorCode } from "../failure.ts";
import { blobsIn } from "./collect.ts";

export type Damage = { readonly sha256: string; readonly found: string; readonly path: string };

/** Damaged blobs of <folder>/<2 hex>/<62 hex>; `repair` removes them, so that they are fetched or made anew. */
export async function verifyBlobs(
  folder: string,
  { repair = false }: { readonly repair?: boolean } = {},
): Promise<{ readonly checked: number; readonly damaged: readonly Damage[] }> {
  const damaged: Damage[] = [];
  const all = await blobsIn(folder);
  for (const { sha256, path } of all) {
    const found = await digestOf(path);
    if (found === undefined || found === sha256) continue;
    damaged.push({ sha256, found, path });
    if (repair) await rm(path, { force: true });
  }
  return { checked: all.length, damaged };
}

/** Undefined for a blob that was collected meanwhile. */
async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
