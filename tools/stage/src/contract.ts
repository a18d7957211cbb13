// This file defines the one interface every compile stage implements; graph targets, caches and docs derive from it.
import type { ZodType } from "zod";
import type { Signer } from "@kolm/format";
import type { Store } from "@kolm/store";
import type { Rng } from "./rng.ts";

/** Reads files a stage declared: "<stage>/<file>" of the same task, "base/<file>", "task/<file>" or "workspace/<file>". */
export interface Inputs {
  json<T = unknown>(path: string): Promise<T>;
  bytes(path: string): Promise<Uint8Array>;
  has(path: string): Promise<boolean>;
  /** Files at or below a declared folder, in code-unit order. */
  list(folder: string): Promise<readonly string[]>;
  /** The bytes behind a pointer that an earlier stage wrote; KolmError BLOB_MISSING. */
  blob(pointer: BlobPointer): Promise<Uint8Array>;
  /** Digest and size of a declared file, which is then in the store under that name. */
  pointer(path: string): Promise<BlobPointer>;
}

/** Writes files a stage declared; they appear all at once when the stage ends well. Bytes over 1 MiB go to the store. */
export interface Outputs {
  json(path: string, value: unknown): Promise<void>;
  bytes(path: string, bytes: Uint8Array): Promise<void>;
  /** Puts large bytes in the store and returns the small pointer to write instead. */
  blob(bytes: Uint8Array): Promise<BlobPointer>;
  /** Streams the finished artifact to dist/<name>, whole or not at all. */
  artifact(name: string, chunks: AsyncIterable<Uint8Array>): Promise<BlobPointer>;
}

export type BlobPointer = { readonly sha256: string; readonly size: number };

/** Progress of long work: done of total, in the stage's own unit, with a short word on what goes on. */
export type Report = (progress: { readonly message: string; readonly done?: number; readonly total?: number }) => void;

/** All a stage can reach: a stage is a function of its declared inputs. */
export type Context<O> = {
  readonly task: string;
  readonly options: O;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly rng: Rng;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly store: Store;
  /** Names of secrets in the environment are options; their values come only through here. */
  readonly secret: (name: string) => string | undefined;
  /** The workspace's signing key; only for a stage that declares `signs`. */
  readonly signer: () => Promise<Signer>;
};

export type Stage<O = unknown> = {
  readonly name: StageName;
  /** What the stage does, in one sentence for help and docs. */
  readonly summary: string;
  /** The task.yaml section that holds its options; written canonically by the spec stage as spec/<section>.json. */
  readonly section: string;
  readonly options: ZodType<O>;
  /** Files read, as "<stage>/<file>" of the same task, "base/<file>" of the base the task names or "base-<role>/<file>". */
  readonly reads: readonly string[];
  /** Files written, below this stage's own folder. */
  readonly writes: readonly string[];
  /** Files of the task folder that its options name; the spec stage lists them in spec/<section>.files.json. */
  readonly files?: (options: O) => readonly string[];
  /** Files of the task folder that its options name and that need not be there; listed like those of `files` when they are. */
  readonly optionalFiles?: (options: O) => readonly string[];
  /** True when it makes inputs of its own: the evals' inputs then stand in spec/held-out.jsonl for it to keep clear of. */
  readonly invents?: (options: O) => boolean;
  /** The stage signs: which key it signs with belongs to its fingerprint. */
  readonly signs?: true;
  /** Further bases the section names, by role: the base in the role "image" is read as "base-image/<file>". */
  readonly bases?: (section: Readonly<Record<string, unknown>>) => Readonly<Record<string, string>>;
  /** False when a task's section says the stage has nothing to do; it is then left out of the graph. */
  readonly applies?: (section: Readonly<Record<string, unknown>>) => boolean;
  readonly run: (context: Context<O>) => Promise<void>;
};

export const STAGES = [
  "spec",
  "base",
  "teach",
  "baseline",
  "distill",
  "recipes",
  "recall",
  "verify",
  "seal",
  "compile",
] as const;
export type StageName = (typeof STAGES)[number];
