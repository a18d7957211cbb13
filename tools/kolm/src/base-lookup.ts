// This file says where commands look for the base of an artifact that only references it: the flag, then the workspace's store.
import type { BaseSource } from "@kolm/runtime/node";
import { findWorkspace } from "@kolm/stage";

/** The flag that commands which answer share. */
export const BASE_FLAG = {
  base: { type: "string", value: "<file>", summary: "the base of a file that only references it" },
} as const;

/** The file the flag names; without it a look into the store of the workspace around the working folder, if there is one. */
export function baseOf(flag: string | boolean | undefined): BaseSource {
  return typeof flag === "string" ? flag : async ({ sha256 }) => fromStore(sha256);
}

async function fromStore(sha256: string): Promise<Uint8Array | undefined> {
  const root = await findWorkspace(process.cwd()).catch(() => undefined);
  if (root === undefined) return undefined;
  // Loaded only for files that need it.
  const { openEnvironment } = await import("@kolm/nx");
  const { store } = await openEnvironment(root, new AbortController().signal);
  try {
    return (await store.blobs.has(sha256)) ? await store.blobs.get(sha256) : undefined;
  } finally {
    await store.close();
  }
}
