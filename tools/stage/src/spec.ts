// This file is the spec stage: it reads task.yaml once and writes each section canonically, so later stages rerun only for their own.
import { canonicalJson, Contract, type Json, KolmError, type Output, type Row } from "@kolm/format";
import { createHash } from "node:crypto";
import type { Context, Inputs, Stage } from "./contract.ts";
import { resolveDevice } from "./file/device.ts";
import { parseRows } from "./file/rows.ts";
import { taskFileSchema, type TaskFile } from "./file/task-file.ts";
import { parseTaskFile, WORKSPACE_FILE } from "./file/workspace.ts";
import { workspaceFileSchema, type WorkspaceFile } from "./file/workspace-file.ts";
import { parseYaml, type YamlFile } from "./file/yaml.ts";
import { z } from "zod";

/** The sections every task has, each a file of its own below spec/. */
const COMMON_SECTIONS = [
  "identity.json",
  "description.json",
  "contract.json",
  "device.json",
  "examples.jsonl",
  "evals.jsonl",
  "golden.jsonl",
  "corpus.json",
];

/** The spec stage for these stages' sections and this kind of base options. */
export function createSpec(stages: readonly Stage[], baseOptions: z.ZodType): Stage {
  const sectioned = stages.filter(({ section }) => section !== "");
  return {
    name: "spec",
    summary: "Checks the task's files and writes each section canonically.",
    section: "",
    options: z.unknown(),
    reads: ["task/**", `workspace/${WORKSPACE_FILE}`],
    writes: [
      ...COMMON_SECTIONS,
      ...sectioned.flatMap(({ section, files }) =>
        files ? [`${section}.json`, `${section}.files.json`] : [`${section}.json`],
      ),
    ],
    run: async (context) => {
      const workspace = parseYaml(await text(context.inputs, `workspace/${WORKSPACE_FILE}`), WORKSPACE_FILE, {
        schema: workspaceFileSchema(baseOptions),
      });
      const schema = taskFileSchema(stages);
      const task = parseTaskFile(await text(context.inputs, "task/task.yaml"), context.task, {
        schema,
        defaults: workspace.value.defaults,
      });
      await writeCommon(context, task, workspace.value);
      await writeRows(context, task);
      for (const stage of sectioned) await writeSection(stage, context, task);
    },
  };
}

async function writeSection(
  { section, files }: Stage,
  { inputs, outputs }: Context<unknown>,
  task: YamlFile<TaskFile>,
): Promise<void> {
  const options = task.value[section] ?? {};
  await outputs.json(`${section}.json`, options);
  if (!files) return;
  const listed = [];
  for (const path of files(options)) {
    if (!(await inputs.has(`task/${path}`))) throw missingFile(task, section, path);
    listed.push({ path, ...(await inputs.pointer(`task/${path}`)) });
  }
  await outputs.json(`${section}.files.json`, listed);
}

async function writeCommon(
  { inputs, outputs }: Context<unknown>,
  task: YamlFile<TaskFile>,
  workspace: WorkspaceFile,
): Promise<void> {
  const { name, version, description, input, output, device } = task.value;
  await outputs.json("identity.json", { name, version, base: baseOf(task, workspace) });
  await outputs.json("description.json", { text: description });
  await outputs.json("contract.json", Contract.parse({ input, output }));
  await outputs.json("device.json", resolveDevice(device));
  const paths = task.value.corpus === undefined ? [] : await listCorpus(inputs, task, task.value.corpus);
  const corpus = await Promise.all(
    paths.map(async (path) => ({ path: path.slice("task/".length), ...(await inputs.pointer(path)) })),
  );
  await outputs.json("corpus.json", corpus);
}

function baseOf(task: YamlFile<TaskFile>, workspace: WorkspaceFile): string | null {
  const names = Object.keys(workspace.bases);
  const base = task.value.base ?? names[0];
  if (base === undefined || Object.hasOwn(workspace.bases, base)) return base ?? null;
  throw new KolmError("BASE_UNKNOWN", `base is "${base}", which ${WORKSPACE_FILE} does not list`, {
    place: task.place(["base"]),
    hint: `Bases there: ${names.join(", ") || "none"}.`,
  });
}

async function listCorpus(inputs: Inputs, task: YamlFile<TaskFile>, folder: string): Promise<readonly string[]> {
  const paths = await inputs.list(`task/${folder}`);
  if (paths.length > 0) return paths;
  throw new KolmError("FILE_MISSING", `corpus names ${folder}, which has no files`, {
    place: task.place(["corpus"]),
    hint: "Put the documents there or delete the line.",
  });
}

async function writeRows(context: Context<unknown>, task: YamlFile<TaskFile>): Promise<void> {
  const { input, output } = task.value;
  const contract: Contract = { input, output };
  for (const section of ["examples", "evals", "golden"] as const) {
    const file = task.value[section];
    const rows =
      file === undefined
        ? []
        : parseRows(await rowsText(context.inputs, task, { section, file }), `tasks/${context.task}/${file}`, contract);
    const lines = rows.map(
      ({ input, output }) => `${canonicalJson({ id: rowId(input), input, output: output as Json })}\n`,
    );
    await context.outputs.bytes(`${section}.jsonl`, new TextEncoder().encode(lines.join("")));
  }
}

async function rowsText(
  inputs: Inputs,
  task: YamlFile<TaskFile>,
  { section, file }: { section: string; file: string },
): Promise<string> {
  if (await inputs.has(`task/${file}`)) return text(inputs, `task/${file}`);
  throw missingFile(task, section, file);
}

function missingFile(task: YamlFile<TaskFile>, section: string, file: string): KolmError {
  return new KolmError("FILE_MISSING", `${section} names ${file}, which does not exist`, {
    place: task.place([section]),
    hint: `Write tasks/${task.value.name}/${file}: one JSON object a line, {"input": "…", "output": {…}}.`,
  });
}

/** A row as later stages read it; the id depends on the input alone. */
export type SpecRow = Row & { readonly id: string; readonly output: Output | null };

/** Reads spec/<section>.jsonl. */
export async function readSpecRows(inputs: Inputs, section: "examples" | "evals" | "golden"): Promise<SpecRow[]> {
  const lines = (await text(inputs, `spec/${section}.jsonl`)).split("\n").filter((line) => line !== "");
  // The spec stage wrote them; they were checked there.
  return lines.map((line) => JSON.parse(line) as SpecRow);
}

function rowId(input: string): string {
  return createHash("sha256").update(input).digest("hex").slice(0, 12);
}

async function text(inputs: Inputs, path: string): Promise<string> {
  return new TextDecoder("utf-8", { fatal: true }).decode(await inputs.bytes(path));
}
