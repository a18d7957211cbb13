// This file makes room in a folder of blobs: what was used longest ago goes first, what is pinned or just came stays.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../failure.ts";

export type Retention = {
  /** Bytes all blobs together may have. */
  readonly maxBytes?: number | undefined;
  /** Blobs not used for longer than this go; milliseconds. */
  readonly maxAgeMs?: number | undefined;
  /** Digests that stay whatever the limits say. */
  readonly pins?: ReadonlySet<string>;
  /** Blobs used within this time stay, since a build under way may stand on them; an hour if absent. Milliseconds. */
  readonly graceMs?: number;
  readonly now: number;
  /** Only says what would go. */
  readonly dryRun?: boolean;
};
export type Measure = { readonly count: number; readonly bytes: number };
export type Collected = { readonly kept: Measure; readonly removed: Measure; readonly pinned: Measure };

type Found = { readonly sha256: string; readonly path: string; readonly bytes: number; readonly usedMs: number };

/** Removes blobs of <folder>/<2 hex>/<62 hex>; the last use is the file's time of change, which reading brings forward. */
export async function collectGarbage(folder: string, retention: Retention): Promise<Collected> {
  const { maxBytes = Infinity, maxAgeMs = Infinity, pins = new Set<string>(), graceMs = 3_600_000, now } = retention;
  const all = await blobsIn(folder);
  const [pinned, loose] = [all.filter(({ sha256 }) => pins.has(sha256)), all.filter(({ sha256 }) => !pins.has(sha256))];
  const removed: Found[] = [];
  let bytes = measure(all).bytes;
  for (const blob of loose.sort((a, b) => a.usedMs - b.usedMs || (a.sha256 < b.sha256 ? -1 : 1))) {
    const age = now - blob.usedMs;
    if (age < graceMs) break;
    if (age <= maxAgeMs && bytes <= maxBytes) break;
    if (retention.dryRun !== true) await rm(blob.path, { force: true });
    bytes -= blob.bytes;
    removed.push(blob);
  }
  const gone = measure(removed);
  return { kept: { count: all.length - gone.count, bytes }, removed: gone, pinned: measure(pinned) };
}

/** How many blobs stand in a folder, and their bytes. */
export async function measureBlobs(folder: string): Promise<Measure> {
  return measure(await blobsIn(folder));
}

/** Every blob; files with other names are none of ours. */
export async function blobsIn(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const prefix of await entriesOf(folder)) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
    for (const rest of await entriesOf(join(folder, prefix))) {
      const path = join(folder, prefix, rest);
      const facts = await factsOf(path);
      if (/^[0-9a-f]{62}$/.test(rest) && facts !== undefined) found.push({ sha256: prefix + rest, path, ...facts });
    }
  }
  return found;
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

// Another process may be collecting at the same time.
async function factsOf(path: string): Promise<{ bytes: number; usedMs: number } | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, usedMs: mtimeMs };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function measure(blobs: readonly Found[]): Measure {
  return { count: blobs.length, bytes: blobs.reduce((sum, { bytes }) => sum + bytes, 0) };
}
