// This file is a store that lives in memory, for tests and for builds that must keep nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobMissing, checkBytes, checked, checkName, gather, sha256Of } from "./digest.ts";
import { checkSame } from "./memo.ts";
import type { Blobs, Memo, Store } from "./port.ts";

/** An empty store in memory; only path() touches the disk, in a temporary folder that close() removes. */
export function memoryStore(): Store {
  const kept = new Map<string, Uint8Array>();
  let folder: string | undefined;
  const get = (sha256: string): Uint8Array => {
    const bytes = kept.get(checkName(sha256));
    if (bytes === undefined) throw blobMissing(sha256);
    return bytes;
  };
  const put = async (bytes: Uint8Array): Promise<string> => {
    const sha256 = sha256Of(bytes);
    kept.set(sha256, bytes.slice());
    return sha256;
  };
  const blobs: Blobs = {
    put,
    has: async (sha256) => kept.has(checkName(sha256)),
    touch: async (sha256) => kept.has(checkName(sha256)),
    get: async (sha256) => checkBytes(sha256, get(sha256).slice(), "memory"),
    async *read(sha256) {
      yield checkBytes(sha256, get(sha256).slice(), "memory");
    },
    write: async (pieces, expected = {}) => put(await gather(checked(pieces, expected, "the writer"))),
    path: (sha256) => {
      const bytes = kept.get(checkName(sha256));
      folder ??= mkdtempSync(join(tmpdir(), "kolm-memory-"));
      const path = join(folder, sha256);
      if (bytes !== undefined) writeFileSync(path, bytes);
      return path;
    },
  };
  const close = async (): Promise<void> => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  };
  return { blobs, memo: memoryMemo(), close };
}

function memoryMemo(): Memo {
  const entries = new Map<string, Uint8Array>();
  return {
    get: async (key) => entries.get(checkName(key))?.slice(),
    put: async (key, value) => {
      const first = entries.get(checkName(key));
      if (first === undefined) entries.set(key, value.slice());
      else checkSame(key, first, value);
    },
  };
}
