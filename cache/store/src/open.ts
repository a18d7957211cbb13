// This file opens the store that lives in a folder: blobs as files, the memo in lmdb.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileBlobs } from "./blobs.ts";
import { storeError } from "./failure.ts";
import { lmdbMemo } from "./memo.ts";
import type { Store } from "./port.ts";
import { sweepTemps } from "./temp.ts";

/**
 * Opens (and makes, when missing) the store in a folder; any number of processes may have it open at once.
 * Layout: blobs/<2 hex>/<62 hex>, memo/ (lmdb), temp/. The memo is opened on first use.
 */
export async function openStore(folder: string): Promise<Store> {
  const temps = join(folder, "temp");
  try {
    await mkdir(join(folder, "blobs"), { recursive: true });
    await mkdir(temps, { recursive: true });
    await sweepTemps(temps);
  } catch (error) {
    throw storeError(error, folder);
  }
  const memo = lmdbMemo(join(folder, "memo"));
  return { blobs: fileBlobs(join(folder, "blobs"), temps), memo, close: () => memo.close() };
}
