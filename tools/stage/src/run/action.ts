// This file remembers what a stage wrote for one fingerprint, so that the same inputs never run twice.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Store } from "@kolm/store";
import { digestOf } from "./folders.ts";
import { place, type Written } from "./outputs.ts";
import { stableJson } from "./stable-json.ts";

/** What one run of a stage left behind. */
export type Action = { readonly files: readonly Written[]; readonly blobs: readonly string[] };

/** All a stage depends on; inputs maps each file it reads to its digest, signer is the key id of a stage that signs. */
export type Dependence = {
  readonly stage: string;
  readonly code: string;
  readonly options: unknown;
  readonly inputs: Readonly<Record<string, string>>;
  readonly signer: string | undefined;
};

/** SHA-256 of everything a stage depends on. */
export function fingerprintOf(parts: Dependence): string {
  return createHash("sha256").update("kolm/fingerprint/1\n").update(stableJson(parts)).digest("hex");
}

/** The remembered action, only when every blob it needs is still in the store. */
export async function recallAction(fingerprint: string, store: Store): Promise<Action | undefined> {
  const bytes = await store.memo.get(keyOf(fingerprint));
  if (!bytes) return undefined;
  const action = JSON.parse(new TextDecoder().decode(bytes)) as Action;
  for (const sha256 of [...action.files.map((file) => file.sha256), ...action.blobs])
    if (!(await store.blobs.has(sha256))) return undefined;
  return action;
}

/** Remembers an action; a second, different one for the same fingerprint means the stage is not deterministic: MEMO_CONFLICT. */
export async function rememberAction(fingerprint: string, action: Action, store: Store): Promise<void> {
  await store.memo.put(keyOf(fingerprint), new TextEncoder().encode(stableJson(action)));
}

/** True when the folder already holds exactly these files. */
export async function isInPlace(folder: string, action: Action): Promise<boolean> {
  for (const file of action.files) if ((await digestOf(join(folder, file.path))) !== file.sha256) return false;
  return true;
}

/** Writes the files of an action into a folder. */
export async function restoreAction(folder: string, action: Action, store: Store): Promise<void> {
  for (const file of action.files) await place(folder, file, store);
}

const keyOf = (fingerprint: string): string =>
  createHash("sha256").update(`kolm/action/1\n${fingerprint}`).digest("hex");
