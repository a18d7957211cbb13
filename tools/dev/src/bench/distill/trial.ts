// This file runs the distill stage of a workspace in a process of its own and prints what it cost and the digests of what it wrote.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { openEnvironment, runStep } from "@kolm/nx";
import { layoutOf } from "@kolm/stage";

/** What the process is told: the workspace, its task and base, and whether native sessions have a memory arena. */
export type TrialRequest = {
  readonly root: string;
  readonly task: string;
  readonly base: string;
  readonly arena: boolean;
};
export type Trial = {
  readonly seconds: number;
  readonly megabytes: number;
  /** SHA-256 of each file of the stage by name; adapter.json names adapter and heads by theirs. */
  readonly files: Readonly<Record<string, string>>;
};

async function runTrial({ root, task, base, arena }: TrialRequest): Promise<Trial> {
  if (!arena) leaveOutArena();
  const environment = await openEnvironment(root, new AbortController().signal);
  const report = (): void => {};
  try {
    await runStep({ owner: base, stage: "base", report }, environment);
    for (const stage of ["spec", "teach"]) await runStep({ owner: task, stage, report }, environment);
    const start = performance.now();
    await runStep({ owner: task, stage: "distill", report, fresh: true }, environment);
    const seconds = (performance.now() - start) / 1000;
    const megabytes = process.resourceUsage().maxRSS / 1024;
    return { seconds, megabytes, files: await digestsOf(layoutOf(root).stage(task, "distill")) };
  } finally {
    await environment.store.close();
  }
}

type Create = (model: Uint8Array, options: object) => Promise<unknown>;

/** Makes every native session of this process without a memory arena. */
function leaveOutArena(): void {
  const load = createRequire(import.meta.resolve("@kolm/runtime/package.json"));
  const { InferenceSession } = load("onnxruntime-node") as { readonly InferenceSession: { create: Create } };
  const create = InferenceSession.create.bind(InferenceSession);
  InferenceSession.create = (model, options) =>
    create(model, { ...options, enableCpuMemArena: false, enableMemPattern: false });
}

async function digestsOf(folder: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort())
    digests[name] = createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return digests;
}

process.stdout.write(JSON.stringify(await runTrial(JSON.parse(process.argv[2] ?? "") as TrialRequest)));
