// This file is the spec stage: it reads task.yaml once and writes each section canonically, so later stages rerun only for their own.
import { canonicalJson, Contract, type Json, KolmError, type Output, type Row } from "@kolm/format";
import { createHash } from "node:crypto";
import type { Context, Inputs, Stage } from "./contract.ts";
import { baseOf, checkBases } from "./file/bases.ts";
import { resolveDevice } from "./file/device.ts";
import { checkSources, passagesOf } from "./file/passages.ts";
import { parseRows } from "./file/rows.ts";
import { type Known, parseUnlabelled } from "./file/unlabelled.ts";
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
  "unlabelled.jsonl",
  "unlabelled.json",
  "held-out.jsonl",
  "corpus.json",
  "passages.jsonl",
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
      checkBases(sectioned, task, workspace.value);
      const corpus = await writeCommon(context, task, workspace.value);
      await writeRows(context, task, { stages: sectioned, corpus });
      for (const stage of sectioned) await writeSection(stage, context, task);
    },
  };
}

async function writeSection(
  { section, files, optionalFiles }: Stage,
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
  for (const path of optionalFiles?.(options) ?? [])
    if (await inputs.has(`task/${path}`)) listed.push({ path, ...(await inputs.pointer(`task/${path}`)) });
  await outputs.json(`${section}.files.json`, listed);
}

/** Gives the paths of the corpus. */
async function writeCommon(
  { inputs, outputs }: Context<unknown>,
  task: YamlFile<TaskFile>,
  workspace: WorkspaceFile,
): Promise<ReadonlySet<string>> {
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
  return new Set(corpus.map(({ path }) => path));
}

async function listCorpus(inputs: Inputs, task: YamlFile<TaskFile>, folder: string): Promise<readonly string[]> {
  const paths = await inputs.list(`task/${folder.replace(/\/+$/, "")}`);
  if (paths.length > 0) return paths;
  throw new KolmError("FILE_MISSING", `corpus names ${folder}, which has no files`, {
    place: task.place(["corpus"]),
    hint: "Put the documents there or delete the line.",
  });
}

async function writeRows(
  context: Context<unknown>,
  task: YamlFile<TaskFile>,
  { stages, corpus }: { readonly stages: readonly Stage[]; readonly corpus: ReadonlySet<string> },
): Promise<void> {
  const { input, output } = task.value;
  const contract: Contract = { input, output };
  const known: Record<string, readonly string[]> = {};
  for (const section of ["examples", "evals", "golden"] as const) {
    const file = task.value[section];
    const rows =
      file === undefined
        ? []
        : parseRows(await rowsText(context.inputs, task, { section, file }), `tasks/${context.task}/${file}`, contract);
    known[section] = rows.map(({ input }) => input);
    if (file !== undefined) checkSources(rows, `tasks/${context.task}/${file}`, corpus);
    const passages = section === "examples" ? passagesOf(rows, contract) : [];
    if (passages.length > 0) await writeLines(context, "passages", passages);
    await writeLines(
      context,
      section,
      rows.map(({ input, output, reviewed }) => ({
        id: rowId(input),
        input,
        output: output as Json,
        ...(reviewed ? { reviewed } : {}),
      })),
    );
  }
  const { examples = [], evals = [] } = known;
  if (stages.some(({ section, invents }) => invents?.(task.value[section] ?? {})))
    await writeLines(
      context,
      "held-out",
      evals.map((one) => ({ input: one })),
    );
  await writeUnlabelled(context, task, { examples, evals });
}

/** Inputs without answers, where task.yaml names some; what was left out is counted in unlabelled.json. */
async function writeUnlabelled(context: Context<unknown>, task: YamlFile<TaskFile>, known: Known): Promise<void> {
  const { input, output, unlabelled: file } = task.value;
  if (file === undefined) return;
  const text = await rowsText(context.inputs, task, { section: "unlabelled", file });
  const path = `tasks/${context.task}/${file}`;
  const { inputs, dropped } = parseUnlabelled(text, path, { contract: { input, output }, known });
  const { duplicates, leaks, tooLong } = dropped;
  context.report({
    message: `${inputs.length} unlabelled inputs; left out ${duplicates} duplicates, ${leaks} leaks from evals, ${tooLong} too long`,
  });
  await writeLines(
    context,
    "unlabelled",
    inputs.map((one) => ({ id: rowId(one), input: one })),
  );
  await context.outputs.json("unlabelled.json", { kept: inputs.length, ...dropped });
}

async function writeLines({ outputs }: Context<unknown>, section: string, rows: readonly Json[]): Promise<void> {
  const lines = rows.map((row) => `${canonicalJson(row)}\n`);
  await outputs.bytes(`${section}.jsonl`, new TextEncoder().encode(lines.join("")));
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
    hint: `Write tasks/${task.value.name}/${file}: one JSON object a line, {"input": "…"${section === "unlabelled" ? "" : ', "output": {…}'}}.`,
  });
}

/** A row as later stages read it; the id depends on the input alone. */
export type SpecRow = Row & {
  readonly id: string;
  readonly output: Output | null;
  /** A person settled what the right answer is, whatever a teacher says. */
  readonly reviewed?: true;
};

/** Reads spec/<section>.jsonl. */
export async function readSpecRows(inputs: Inputs, section: "examples" | "evals" | "golden"): Promise<SpecRow[]> {
  const lines = (await text(inputs, `spec/${section}.jsonl`)).split("\n").filter((line) => line !== "");
  // The spec stage wrote them; they were checked there.
  return lines.map((line) => JSON.parse(line) as SpecRow);
}

/** An input that nobody has answered. */
export type UnlabelledRow = { readonly id: string; readonly input: string };

/** Reads spec/unlabelled.jsonl, none where task.yaml names no such file. */
export async function readUnlabelled(inputs: Inputs): Promise<UnlabelledRow[]> {
  if (!(await inputs.has("spec/unlabelled.jsonl"))) return [];
  const lines = (await text(inputs, "spec/unlabelled.jsonl")).split("\n").filter((line) => line !== "");
  // The spec stage wrote them.
  return lines.map((line) => JSON.parse(line) as UnlabelledRow);
}

/** The id of an input: the first 12 hex digits of its SHA-256. */
export function rowId(input: string): string {
  return createHash("sha256").update(input).digest("hex").slice(0, 12);
}

async function text(inputs: Inputs, path: string): Promise<string> {
  return new TextDecoder("utf-8", { fatal: true }).decode(await inputs.bytes(path));
}
