// This file opens what stages need from the outside world for one process: the store, code digests, keys, secrets, cancellation.
import { codeDigest, type Ports, readWorkspaceFile, type Stage, workspaceFileSchema } from "@kolm/stage";
import type { Store } from "@kolm/store";
import { BASE_STEP, BaseOptions, TASK_STEPS } from "../pipeline.ts";
import { openCache } from "./shared-cache.ts";
import { openSigner } from "./signer.ts";

export type Environment = {
  readonly root: string;
  readonly store: Store;
  readonly code: Ports["code"];
  readonly secret: Ports["secret"];
  readonly signer: Ports["signer"];
  readonly signal: AbortSignal;
  /** Files of a corpus that cannot be read are left out and listed (kolm compile --keep-going). */
  readonly keepGoing: boolean;
};

/** Set by the command line; Nx hashes it where it matters. */
export const KEEP_GOING = "KOLM_KEEP_GOING";

const PACKAGES = new Map([...TASK_STEPS, BASE_STEP].map((step) => [step.stage.name, step.package]));

/** Opens the workspace's store; closing it is the caller's part. */
export async function openEnvironment(root: string, signal: AbortSignal): Promise<Environment> {
  const workspace = await readWorkspaceFile(root, workspaceFileSchema(BaseOptions));
  const secret = (name: string): string | undefined => process.env[name];
  return {
    root,
    store: await openCache(workspace.value.cache, { root, secret }),
    code: (stage: Stage) => codeDigest(PACKAGES.get(stage.name) ?? "@kolm/stage", import.meta.url),
    secret,
    signer: once(() => openSigner(workspace.value.signing, root)),
    signal,
    keepGoing: process.env[KEEP_GOING] === "true",
  };
}

/** The signer of a workspace, without opening anything else of it. */
export async function openWorkspaceSigner(root: string): ReturnType<typeof openSigner> {
  return openSigner((await readWorkspaceFile(root, workspaceFileSchema(BaseOptions))).value.signing, root);
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
