// This file keeps the memo in lmdb: one write-once entry a key, shared by all processes that have the folder open.
import { KolmError } from "@kolm/format";
import type { RootDatabase } from "lmdb";
import { checkName } from "./digest.ts";
import { storeError } from "./failure.ts";
import type { Memo } from "./port.ts";

/** A memo in an lmdb folder that is opened on first use; put resolves when the entry outlives a killed process. */
export function lmdbMemo(folder: string): Memo & { close(): Promise<void> } {
  let opened: Promise<RootDatabase<Uint8Array, string>> | undefined;
  const database = (): Promise<RootDatabase<Uint8Array, string>> => (opened ??= openDatabase(folder));
  return {
    get: async (key) => {
      const value = (await database()).get(checkName(key));
      return value === undefined ? undefined : new Uint8Array(value);
    },
    put: async (key, value) => {
      const entries = await database();
      const isFirst = await entries.ifNoExists(checkName(key), () => void entries.put(key, Buffer.from(value)));
      if (!isFirst) checkSame(key, entries.get(key), value);
    },
    close: async () => {
      if (opened === undefined) return;
      const entries = await opened;
      opened = undefined;
      await entries.flushed;
      await entries.close();
    },
  };
}

/** Agrees when both values are the same bytes; KolmError MEMO_CONFLICT otherwise. */
export function checkSame(key: string, first: Uint8Array | undefined, second: Uint8Array): void {
  if (first !== undefined && Buffer.compare(first, second) === 0) return;
  throw new KolmError("MEMO_CONFLICT", `the memo already holds another answer for ${key}`, {
    hint: "Two runs answered one request differently; the first answer stays. Run the command again to use it.",
  });
}

async function openDatabase(folder: string): Promise<RootDatabase<Uint8Array, string>> {
  try {
    const { open } = await import("lmdb");
    return open<Uint8Array, string>({ path: folder, encoding: "binary" });
  } catch (error) {
    throw storeError(error, folder);
  }
}
