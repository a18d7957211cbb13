// This file opens what stages need from the outside world for one process: the store, code digests, keys, secrets, cancellation.
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Signer } from "@kolm/format";
import { loadOrCreateKeyFile } from "@kolm/format/node";
import { codeDigest, type Ports, readWorkspaceFile, type Stage, workspaceFileSchema } from "@kolm/stage";
import { openStore, type Store } from "@kolm/store";
import { BASE_STEP, BaseOptions, TASK_STEPS } from "../pipeline.ts";

export type Environment = {
  readonly root: string;
  readonly store: Store;
  readonly code: Ports["code"];
  readonly secret: Ports["secret"];
  readonly signer: Ports["signer"];
  readonly signal: AbortSignal;
};

const PACKAGES = new Map([...TASK_STEPS, BASE_STEP].map((step) => [step.stage.name, step.package]));

/** Opens the workspace's store; closing it is the caller's part. */
export async function openEnvironment(root: string, signal: AbortSignal): Promise<Environment> {
  const workspace = await readWorkspaceFile(root, workspaceFileSchema(BaseOptions));
  const { folder } = workspace.value.cache;
  return {
    root,
    store: await openStore(isAbsolute(folder) ? folder : join(root, folder)),
    code: (stage: Stage) => codeDigest(PACKAGES.get(stage.name) ?? "@kolm/stage", import.meta.url),
    secret: (name) => process.env[name],
    signer: once(() => openSigner(workspace.value.signing.key, root)),
    signal,
  };
}

/** "development" is a key in the user's configuration folder, made on first use; anything else is a path from the workspace. */
async function openSigner(key: string, root: string): Promise<Signer> {
  const path = key === "development" ? join(configFolder(), "keys", "development.pem") : join(root, key);
  const { signer, created } = await loadOrCreateKeyFile(path);
  if (created) {
    process.stderr.write(
      `  made a development signing key: ${path}\n` +
        `  It proves that artifacts came from this account, not who you are; keep it to yourself, and name a release key under signing: for what you ship.\n`,
    );
  }
  return signer;
}

/** Where a user's kolm keys live; never inside a workspace, so that cleaning one keeps artifacts reproducible. */
export function configFolder(): string {
  return process.env["KOLM_HOME"] ?? join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "kolm");
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Aborts on the first SIGINT or SIGTERM; stages stop between two steps and leave nothing half-written. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort(new DOMException("interrupted", "AbortError")));
  return controller.signal;
}
