// This file is what one scope may write: blobs, memo entries and Nx archives in a folder of its own.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Blobs, collectGarbage, measureBlobs, openStore, tempName } from "@kolm/store";
import { type Entries, fileEntries, type Kept } from "./entries.ts";

export type Limits = {
  /** Bytes of blobs a scope may keep. */
  readonly maxBytes: number;
  /** Blobs not used and entries not written for this long go; milliseconds. */
  readonly maxAgeMs: number;
};
const COLLECT_AGAIN_MS = 60_000;
type Stream = { readonly pieces: AsyncIterable<Uint8Array>; readonly size: number };
export type FileFacts = { readonly path: string; readonly size: number };

export class Shelf {
  readonly #folder: string;
  readonly #blobs: Blobs;
  readonly #entries: Entries;
  readonly #limits: Limits;
  #bytes: number;
  #collectedMs = 0;

  private constructor(folder: string, parts: { blobs: Blobs; entries: Entries; limits: Limits; bytes: number }) {
    this.#folder = folder;
    this.#blobs = parts.blobs;
    this.#entries = parts.entries;
    this.#limits = parts.limits;
    this.#bytes = parts.bytes;
  }

  static async open(root: string, scope: string, limits: Limits): Promise<Shelf> {
    const folder = join(root, "scopes", folderOf(scope));
    const { blobs } = await openStore(folder);
    const entries = fileEntries(join(folder, "entries"), () => join(folder, "temp", tempName()));
    const { bytes } = await measureBlobs(join(folder, "blobs"));
    return new Shelf(folder, { blobs, entries, limits, bytes });
  }

  /** False when there is no room for a stream of this size, and none can be made. */
  async hasRoom(size: number): Promise<boolean> {
    const isTight = (): boolean => this.#bytes + size > this.#limits.maxBytes;
    const now = Date.now();
    if (isTight() && size <= this.#limits.maxBytes && now - this.#collectedMs > COLLECT_AGAIN_MS) {
      this.#collectedMs = now;
      await this.collect(now);
    }
    return !isTight();
  }

  async blob(sha256: string): Promise<FileFacts | undefined> {
    if (!(await this.#blobs.touch(sha256))) return undefined;
    const path = this.#blobs.path(sha256);
    return { path, size: (await stat(path)).size };
  }

  /** KolmError BLOB_ALTERED when the bytes are not what the name says. */
  async putBlob(sha256: string, { pieces, size }: Stream): Promise<void> {
    if (await this.#blobs.has(sha256)) return;
    await this.#blobs.write(pieces, { sha256, size });
    this.#bytes += size;
  }

  entry(key: string): Promise<Uint8Array | undefined> {
    return this.#entries.get("ac", key);
  }

  putEntry(key: string, value: Uint8Array): Promise<Kept> {
    return this.#entries.put("ac", key, value);
  }

  /** An Nx archive: the entry is a pointer to a blob. */
  async archive(hash: string): Promise<FileFacts | undefined> {
    const pointer = await this.#entries.get("nx", hash);
    const [, sha256 = "", size] = /^([0-9a-f]{64}) ([0-9]+)$/.exec(Buffer.from(pointer ?? []).toString("latin1")) ?? [];
    const file = sha256 === "" ? undefined : await this.blob(sha256);
    return file?.size === Number(size) ? file : undefined;
  }

  async putArchive(hash: string, { pieces, size }: Stream): Promise<Kept> {
    // A pointer whose blob was evicted is no archive any more, and must not keep a new one out.
    if ((await this.archive(hash)) === undefined) await this.#entries.remove("nx", hash);
    const sha256 = await this.#blobs.write(pieces, { size });
    const kept = await this.#entries.put("nx", hash, Buffer.from(`${sha256} ${size}`));
    if (kept === "stored") this.#bytes += size;
    return kept;
  }

  /** Removes what is too old, then what was used longest ago until a tenth is free. */
  async collect(now: number): Promise<void> {
    const { maxAgeMs } = this.#limits;
    const maxBytes = this.#limits.maxBytes * 0.9;
    const { kept } = await collectGarbage(join(this.#folder, "blobs"), { maxBytes, maxAgeMs, now, graceMs: 60_000 });
    await collectGarbage(join(this.#folder, "entries"), { maxAgeMs, now });
    this.#bytes = kept.bytes;
  }
}

/** One folder a scope; a branch's name may hold what a folder's may not. */
function folderOf(scope: string): string {
  if (scope === "main") return "main";
  const kind = scope.slice(0, scope.indexOf(":"));
  return `${kind}-${createHash("sha256").update(scope).digest("hex").slice(0, 32)}`;
}
