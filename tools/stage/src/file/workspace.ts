// This file finds the workspace, reads its files and says where everything a compile writes stands.
import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { KolmError } from "@kolm/format";
import type { ZodType } from "zod";
import { type TaskFile } from "./task-file.ts";
import type { WorkspaceFile } from "./workspace-file.ts";
import { parseYaml, type YamlFile } from "./yaml.ts";

export const WORKSPACE_FILE = "kolm.workspace.yaml";

/** Where things stand, all below the workspace root. */
export type Layout = {
  readonly root: string;
  readonly task: (name: string) => string;
  /** What one stage of one task wrote. */
  readonly stage: (task: string, stage: string) => string;
  readonly base: (name: string) => string;
  readonly artifact: (task: string) => string;
  readonly scratch: string;
};

export function layoutOf(root: string): Layout {
  return {
    root,
    task: (name) => join(root, "tasks", name),
    stage: (task, stage) => join(root, ".kolm", "tasks", task, stage),
    base: (name) => join(root, ".kolm", "bases", name),
    artifact: (task) => join(root, "dist", `${task}.kolm`),
    scratch: join(root, ".kolm", "scratch"),
  };
}

/** The nearest folder at or above `from` with a kolm.workspace.yaml; KolmError WORKSPACE_MISSING. */
export async function findWorkspace(from: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (await exists(join(folder, WORKSPACE_FILE))) return folder;
    if (dirname(folder) === folder) break;
  }
  throw new KolmError("WORKSPACE_MISSING", `no ${WORKSPACE_FILE} in ${from} or above it`, {
    hint: "Run kolm inside a workspace, or write a kolm.workspace.yaml at its root.",
  });
}

/** Reads and checks kolm.workspace.yaml. */
export async function readWorkspaceFile(
  root: string,
  schema: ZodType<WorkspaceFile>,
): Promise<YamlFile<WorkspaceFile>> {
  return parseYaml(await readFile(join(root, WORKSPACE_FILE), "utf8"), WORKSPACE_FILE, { schema });
}

/** Checks the text of tasks/<name>/task.yaml, its sections laid over the workspace defaults; KolmError SCHEMA, TASK_NAME. */
export function parseTaskFile(
  text: string,
  name: string,
  reading: { schema: ZodType<TaskFile>; defaults: WorkspaceFile["defaults"] },
): YamlFile<TaskFile> {
  const complete = (raw: unknown): unknown => (isRecord(raw) ? layOver(raw, reading.defaults) : raw);
  const task = parseYaml(text, `tasks/${name}/task.yaml`, { schema: reading.schema, complete });
  if (task.value.name !== name) {
    throw new KolmError("TASK_NAME", `name is "${task.value.name}", but the folder is tasks/${name}`, {
      place: task.place(["name"]),
      hint: "Give both the same name.",
    });
  }
  return task;
}

/** Defaults fill a section key by key, unless the task chose another provider for that section. */
function layOver(raw: Record<string, unknown>, defaults: WorkspaceFile["defaults"]): Record<string, unknown> {
  const completed = { ...raw };
  for (const [section, under] of Object.entries(defaults)) {
    const own = raw[section] ?? {};
    if (!isRecord(own)) continue;
    if (own["provider"] !== undefined && own["provider"] !== under["provider"]) continue;
    completed[section] = { ...under, ...own };
  }
  return completed;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
