// This file runs the stage of a base, and says which tasks stand on one whose weights are missing.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { digestsOf } from "@kolm/base";
import { KolmError } from "@kolm/format";
import { type Outcome, type Ports, readWorkspaceFile, runStage, workspaceFileSchema } from "@kolm/stage";
import { baseNameOf, readOutline, readTaskOutline } from "../graph/outline.ts";
import { BASE_STEP, BaseOptions, basesOf, planOf } from "../pipeline.ts";

/** KolmError BASE_UNKNOWN, or what the base stage throws. */
export async function runBase(name: string, ports: Ports): Promise<Outcome> {
  const options = await baseOptions(name, ports.root);
  const files = await digestsOf(options, ports.root);
  const job = { stage: BASE_STEP.stage, owner: { kind: "base", name }, options, files } as const;
  try {
    return await runStage(job, ports);
  } catch (error) {
    if (!(error instanceof KolmError) || error.code !== "BASE_MISSING") throw error;
    const { code, message, hint, place } = error;
    const tasks = await tasksOn(name, ports.root);
    const needed = tasks.length === 0 ? "" : ` Needed by ${tasks.map((task) => `tasks/${task}`).join(", ")}.`;
    throw new KolmError(code, `base ${name}: ${message}`, {
      hint: `${hint ?? ""}${needed}`,
      ...(place ? { place } : {}),
      cause: error,
    });
  }
}

async function baseOptions(name: string, root: string): Promise<BaseOptions> {
  const { value } = await readWorkspaceFile(root, workspaceFileSchema(BaseOptions));
  // The workspace's schema checked each base by BaseOptions.
  if (Object.hasOwn(value.bases, name)) return value.bases[name] as BaseOptions;
  throw new KolmError("BASE_UNKNOWN", `there is no base "${name}"`, {
    hint: `Bases: ${Object.keys(value.bases).join(", ") || "none"}.`,
  });
}

async function tasksOn(base: string, root: string): Promise<string[]> {
  const outline = await readOutline(root);
  const tasks = await readdir(join(root, "tasks")).catch((): string[] => []);
  const standing: string[] = [];
  for (const task of tasks.sort((a, b) => (a < b ? -1 : 1))) {
    const sections = await readTaskOutline(root, task, outline);
    if (Object.keys(sections).length === 0) continue;
    const further = planOf(sections).flatMap(({ stage }) => Object.values(basesOf(stage, sections)));
    if (baseNameOf(sections, outline) === base || further.includes(base)) standing.push(task);
  }
  return standing;
}
