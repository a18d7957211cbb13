// This file gives stages their inputs from memory and keeps what they write there, for tests.
import { createHash } from "node:crypto";
import type { Inputs, Outputs } from "@kolm/stage";
import type { Store } from "@kolm/store";

/** Inputs over texts by path; reading a path that is not there fails, as an undeclared input would. */
export function memoryInputs(files: ReadonlyMap<string, string>, store: Store): Inputs {
  const text = (path: string): string => {
    const found = files.get(path);
    if (found === undefined) throw new Error(`undeclared input ${path}`);
    return found;
  };
  return {
    json: async <T>(path: string) => JSON.parse(text(path)) as T,
    bytes: async (path) => new TextEncoder().encode(text(path)),
    has: async (path) => files.has(path),
    list: async (folder) => [...files.keys()].filter((path) => path.startsWith(folder)).sort(),
    blob: ({ sha256 }) => store.blobs.get(sha256),
    pointer: async (path) => ({
      sha256: createHash("sha256").update(text(path)).digest("hex"),
      size: text(path).length,
    }),
  };
}

/** Outputs that keep every written file's bytes by path. */
export function memoryOutputs(written: Map<string, Uint8Array>, store: Store): Outputs {
  return {
    json: async (path, value) => void written.set(path, new TextEncoder().encode(`${JSON.stringify(value)}\n`)),
    bytes: async (path, bytes) => void written.set(path, bytes.slice()),
    blob: async (bytes) => ({ sha256: await store.blobs.put(bytes), size: bytes.length }),
    artifact: async () => {
      throw new Error("this stage writes no artifact");
    },
  };
}
