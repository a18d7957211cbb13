// This file reads what a trainer left behind and believes none of it: files, sizes, names, shapes and numbers are checked.
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { findTargets, readSafetensors, type StudentSpec, studentParameters, tidy, type Weights } from "@kolm/onnx";
import { fromPeft } from "@kolm/runtime";
import { z } from "zod";
import type { Material } from "../material.ts";
import { RESULT } from "./folder.ts";

/** What was trained: adapters and heads under the runtime's names, and the rank, scale and targets the adapter has. */
export type Outcome = { readonly weights: Weights; readonly spec: StudentSpec };

const none = z.union([z.null(), z.literal(false), z.array(z.unknown()).length(0), z.record(z.string(), z.never())]);
/** Of LoraConfig what decides the meaning of the tensors; variants of LoRA that this runtime does not compute are refused. */
const AdapterConfig = z.looseObject({
  peft_type: z.literal("LORA"),
  r: z.int().min(1).max(256),
  lora_alpha: z.int().min(1).max(1024),
  bias: z.literal("none").optional(),
  use_dora: none.optional(),
  use_rslora: none.optional(),
  lora_bias: none.optional(),
  rank_pattern: none.optional(),
  alpha_pattern: none.optional(),
  modules_to_save: none.optional(),
});

/** Room for the header of a safetensors file, and the most a config may have. */
const MARGIN = 1 << 20;
const BYTES = 4;

/** KolmError TRAINER_RESULT naming the file and what is wrong with it. */
export async function readResult(folder: string, { graph, spec }: Material): Promise<Outcome> {
  const adapter = spec.lora === null ? undefined : await readAdapter(folder, { graph, spec });
  const found: StudentSpec = { ...spec, lora: adapter?.lora ?? null };
  const parameters = studentParameters(graph, found);
  const heads = parameters.filter(({ group }) => group === "head");
  const headBytes = heads.reduce((sum, { dims }) => sum + BYTES * sizeOf(dims), 0);
  const weights: Weights = new Map([
    ...(adapter?.weights ?? []),
    ...(await readTensors(folder, "heads.safetensors", headBytes)),
  ]);
  const fileOf = (name: string): string => (/\.lora_[AB]$/.test(name) ? "adapter_model" : "heads");
  for (const { name, dims } of parameters) checkTensor(weights.get(name), { name, dims, file: fileOf(name) });
  const known = new Set(parameters.map(({ name }) => name));
  const extra = [...weights.keys()].find((name) => !known.has(name));
  if (extra !== undefined) {
    throw wrong("heads.safetensors", `has ${JSON.stringify(extra)}, which is no head of this task`, [
      `Heads: ${heads.map(({ name, dims }) => `${name} [${dims.join(",")}]`).join(", ")}.`,
    ]);
  }
  return { weights, spec: found };
}

type Lora = NonNullable<StudentSpec["lora"]>;

async function readAdapter(
  folder: string,
  { graph, spec }: Pick<Material, "graph" | "spec">,
): Promise<{ lora: Lora; weights: Weights }> {
  const file = "adapter_config.json";
  const parsed = AdapterConfig.safeParse(parseJson(file, await readBounded(folder, file, MARGIN)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(file, `does not fit at ${issue?.path.join(".") || "its root"}: ${issue?.message ?? "unknown"}`, [
      "A plain LoRA is expected: one integer rank and alpha for all modules, no bias, DoRA, rsLoRA or saved modules.",
    ]);
  }
  const { r: rank, lora_alpha: alpha } = parsed.data;
  const used = tidy(graph, [...new Set(spec.heads.map(({ on }) => spec.encoder[on]))]);
  const adaptable = findTargets(used, ["*"]);
  const most = adaptable.reduce((sum, { rows, columns }) => sum + BYTES * rank * (rows + columns), 0);
  const tensors = await readTensors(folder, "adapter_model.safetensors", most);
  if (tensors.size === 0) throw wrong("adapter_model.safetensors", "has no tensor", ["It needs a pair a module."]);
  const weights = fromPeft(
    tensors,
    adaptable.map(({ weight }) => weight),
  );
  const targets = adaptable.filter(({ weight }) => weights.has(`${weight}.lora_A`) || weights.has(`${weight}.lora_B`));
  return { weights, lora: { rank, alpha, targets: targets.map(({ weight }) => weight) } };
}

async function readTensors(folder: string, file: string, bytes: number): Promise<Weights> {
  const read = await readBounded(folder, file, bytes + MARGIN);
  try {
    return readSafetensors(read).weights;
  } catch (cause) {
    if (!(cause instanceof KolmError)) throw cause;
    throw wrong(file, `cannot be read: ${cause.message}`, ["Save float32 tensors with safetensors."], cause);
  }
}

/** A regular file of at most so many bytes. */
async function readBounded(folder: string, file: string, most: number): Promise<Uint8Array> {
  const path = join(folder, RESULT, file);
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) throw wrong(file, "is missing", [`The trainer must write it into ${RESULT}/.`]);
  if (!facts.isFile()) throw wrong(file, "is no regular file", ["Write the bytes themselves, no link."]);
  if (facts.size > most) {
    throw wrong(file, `has ${facts.size} bytes, at most ${most} can be needed`, [
      "Only adapters and heads belong there.",
    ]);
  }
  // A Buffer's own slice would share memory where a Uint8Array's copies.
  return new Uint8Array(await readFile(path));
}

function parseJson(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw wrong(file, "is not JSON", [], cause);
  }
}

type Expected = { readonly name: string; readonly dims: readonly number[]; readonly file: string };

function checkTensor(
  found: { readonly dims: readonly number[]; readonly data: Float32Array } | undefined,
  { name, dims, file }: Expected,
): void {
  const shape = `[${dims.join(",")}]${file === "heads" ? "" : ", before it is transposed to PEFT's layout"}`;
  if (found === undefined) throw wrong(`${file}.safetensors`, `has no ${name}`, [`Expected shape ${shape}.`]);
  if (found.dims.join() !== dims.join())
    throw wrong(`${file}.safetensors`, `has ${name} as [${found.dims.join(",")}]`, [`Expected shape ${shape}.`]);
  const bad = found.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw wrong(`${file}.safetensors`, `has ${found.data[bad]} in ${name}`, [
      "The training diverged; lower its learning rates.",
    ]);
  }
}

function wrong(
  file: string,
  what: string,
  [hint = "See plugins/distill/TRAINER.md."]: string[],
  cause?: unknown,
): KolmError {
  return new KolmError("TRAINER_RESULT", `the trainer's ${RESULT}/${file} ${what}`, { hint, cause });
}

const sizeOf = (dims: readonly number[]): number => dims.reduce((size, dim) => size * dim, 1);
