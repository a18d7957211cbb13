// This file runs one stage for one owner: fingerprint, reuse or run in scratch, then put the outputs in place at once.
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { KolmError, type Signer } from "@kolm/format";
import type { Store } from "@kolm/store";
import type { Report, Stage } from "../contract.ts";
import { layoutOf, type Layout } from "../file/workspace.ts";
import { createRng } from "../rng.ts";
import { isInPlace, fingerprintOf, recallAction, rememberAction, restoreAction } from "./action.ts";
import { declaredOnly, digestOf, folderInputs, listFiles } from "./folders.ts";
import { collectOutputs, swapFolder } from "./outputs.ts";

/** Which stage for whom: a task, or a base with its options from the workspace file. */
export type Job = {
  readonly stage: Stage;
  readonly owner: { readonly kind: "task" | "base"; readonly name: string };
  /** The base a task stands on; undefined when it names none. */
  readonly base?: string | undefined;
  /** Further bases by role, as the stage's `bases` gives them. */
  readonly bases?: Readonly<Record<string, string>>;
  /** Digests of what a base's files hold now: a changed file runs the stage again, which then refuses it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: unknown;
  /** Laid over the options of this run. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Stages of this task that take part; what another stage left in an earlier compile counts as not there. */
  readonly plan?: readonly string[];
};

export type Ports = {
  readonly root: string;
  readonly store: Store;
  /** Digest of the code that implements a stage. */
  readonly code: (stage: Stage) => Promise<string>;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly secret: (name: string) => string | undefined;
  readonly signer: () => Promise<Signer>;
  /** Runs even when the fingerprint is known, and compares. */
  readonly fresh?: boolean;
};

export type Outcome = { readonly status: "ran" | "reused" | "unchanged"; readonly fingerprint: string };

/** Runs or reuses a stage. KolmErrors of the stage pass through; nothing half-written is left in place. */
export async function runStage(job: Job, ports: Ports): Promise<Outcome> {
  const layout = layoutOf(ports.root);
  const folder = job.owner.kind === "base" ? layout.base(job.owner.name) : layout.stage(job.owner.name, job.stage.name);
  const folders = (owner: string): string => folderOf(owner, job, layout);
  const inputs = folderInputs(folders, ports.store);
  const written: unknown =
    job.options ?? (job.stage.section === "" ? {} : await inputs.json(`spec/${job.stage.section}.json`));
  const options: unknown = job.changes ? { ...(written as object), ...job.changes } : written; // a section is an object
  const signer = job.stage.signs ? (await ports.signer()).kid : undefined;
  const digests = { ...(await inputDigests(job.stage, folders)), ...job.files };
  const fingerprint = fingerprintOf({
    stage: job.stage.name,
    code: await ports.code(job.stage),
    options,
    inputs: digests,
    signer,
  });
  const known = ports.fresh ? undefined : await recallAction(fingerprint, ports.store);
  const publishes = job.stage.name === "compile" ? layout.artifact(job.owner.name) : undefined;
  if (known && (await isInPlace(folder, known)) && (await isPublished(folder, publishes)))
    return { status: "unchanged", fingerprint };
  const scratch = await openScratch(layout, job);
  try {
    if (known && publishes === undefined) {
      await restoreAction(scratch, known, ports.store);
      await swapFolder(scratch, folder);
      return { status: "reused", fingerprint };
    }
    const { outputs, written: collected } = collectOutputs(job.stage, scratch, {
      store: ports.store,
      artifact: () => layout.artifact(job.owner.name),
    });
    await job.stage.run({
      task: job.owner.name,
      options: parseOptions(job.stage, options),
      inputs: declaredOnly(inputs, (path) => isDeclared(path, job)),
      outputs,
      rng: createRng(`${job.owner.kind}/${job.owner.name}/${job.stage.name}`),
      report: ports.report,
      signal: ports.signal,
      store: ports.store,
      secret: ports.secret,
      signer: ports.signer,
    });
    ports.signal.throwIfAborted();
    await swapFolder(scratch, folder);
    await rememberAction(fingerprint, collected(), ports.store);
    return { status: "ran", fingerprint };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function folderOf(owner: string, { base, bases, plan, owner: { name } }: Job, layout: Layout): string {
  if (owner === "task") return layout.task(name);
  if (owner.startsWith("base-")) {
    const further = bases?.[owner.slice("base-".length)];
    return further === undefined ? join(layout.scratch, "none") : layout.base(further);
  }
  if (owner === "workspace") return layout.root;
  if (owner !== "base")
    return plan?.includes(owner) === false ? join(layout.scratch, "none") : layout.stage(name, owner);
  if (base === undefined) {
    throw new KolmError("BASE_UNKNOWN", `${name} needs a base and names none`, {
      hint: "List one under bases: in kolm.workspace.yaml.",
    });
  }
  return layout.base(base);
}

/** Declared by name or by folder; what a base reads of the workspace is pinned by digest in its options. */
function isDeclared(path: string, { stage, owner }: Job): boolean {
  if (owner.kind === "base" && path.startsWith("workspace/")) return true;
  return stage.reads.some((read) => (read.endsWith("/**") ? path.startsWith(read.slice(0, -2)) : path === read));
}

/** Digests of every declared file that exists; "task/**" stands for all files of the task but its README. */
async function inputDigests(stage: Stage, folders: (owner: string) => string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of stage.reads) {
    const [owner = "", ...rest] = path.split("/");
    if (owner === "base" && rest.length > 0 && !hasBase(folders)) continue;
    const paths =
      rest[0] === "**"
        ? (await listFiles(folders(owner), owner)).filter((file) => file !== `${owner}/README.md`)
        : [path];
    for (const one of paths) {
      const digest = await digestOf(join(folders(owner), ...one.split("/").slice(1)));
      if (digest !== undefined) digests[one] = digest;
    }
  }
  return digests;
}

function hasBase(folders: (owner: string) => string): boolean {
  try {
    return folders("base") !== "";
  } catch {
    return false;
  }
}

function parseOptions(stage: Stage, options: unknown): unknown {
  const parsed = stage.options.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new KolmError("OPTIONS", `${stage.name}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`, {
    hint: `See the ${stage.section || stage.name} section of the task file.`,
  });
}

async function isPublished(folder: string, artifact: string | undefined): Promise<boolean> {
  if (artifact === undefined) return true;
  const { sha256 } = JSON.parse(await readFile(join(folder, "artifact.json"), "utf8")) as { sha256: string };
  return (await digestOf(artifact)) === sha256;
}

/** A fresh folder of this process; what killed processes left is removed. */
async function openScratch(layout: Layout, { stage, owner }: Job): Promise<string> {
  for (const entry of await readdir(layout.scratch).catch(() => [])) {
    const pid = Number(entry.split("-")[0]);
    if (pid !== process.pid && !isAlive(pid)) await rm(join(layout.scratch, entry), { recursive: true, force: true });
  }
  const scratch = join(layout.scratch, `${process.pid}-${owner.name}-${stage.name}`);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  return scratch;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
