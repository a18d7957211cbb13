// This file lays out what a trainer is given: the base once, and for each run a folder with dataset, contract and config.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Contract } from "@kolm/format";
import { findTargets } from "@kolm/onnx";
import { moduleOf } from "@kolm/runtime";
import type { BlobPointer, Inputs } from "@kolm/stage";
import type { Material } from "../material.ts";
import type { StudentOptions } from "../options.ts";
import type { Lesson } from "../rows/lesson.ts";
import type { Plan } from "../train/plan.ts";

/** Name of the folder, below a run's, where the trainer leaves its result. */
export const RESULT = "result";

export type Shared = AsyncDisposable & {
  /** Makes the folder of one run and answers its path. */
  readonly prepare: (run: RunFacts) => Promise<string>;
};

export type RunFacts = {
  /** "fold-1" and so on, or "all". */
  readonly name: string;
  readonly seed: number;
  readonly lessons: readonly Lesson[];
};

export type Given = {
  readonly material: Material;
  readonly plan: Plan;
  readonly options: StudentOptions;
  readonly inputs: Inputs;
};

/** A temporary folder with base/ and files/; it goes when disposed. */
export async function openFolder(given: Given): Promise<Shared> {
  const { material, inputs, options } = given;
  const root = await mkdtemp(join(tmpdir(), "kolm-trainer-"));
  const write = async (path: string, bytes: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  };
  const contract = await inputs.json<Contract>("spec/contract.json");
  const files = await taskFiles(options, inputs);
  await write("base/encoder.onnx", material.model);
  await write("base/tokenizer.json", await inputs.blob(material.base.tokenizer));
  return {
    prepare: async (run) => {
      await write(`${run.name}/dataset.jsonl`, datasetOf(run.lessons));
      await write(`${run.name}/contract.json`, pretty(contract));
      await write(`${run.name}/config.json`, pretty(configOf(run, given)));
      for (const { path, bytes } of files) await write(`${run.name}/files/${path}`, bytes);
      await mkdir(join(root, run.name, RESULT), { recursive: true });
      return join(root, run.name);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function taskFiles({ trainer }: StudentOptions, inputs: Inputs): Promise<{ path: string; bytes: Uint8Array }[]> {
  if (trainer === undefined || trainer.files.length === 0) return [];
  const listed = await inputs.json<(BlobPointer & { readonly path: string })[]>("spec/student.files.json");
  return Promise.all(listed.map(async (file) => ({ path: file.path, bytes: await inputs.blob(file) })));
}

/** Soft targets by head, flat and row-major: [classes], or [tokens, classes] for a head over tokens. */
function datasetOf(lessons: readonly Lesson[]): string {
  const lines = lessons.map(({ id, input, output, ids, offsets, targets }) => {
    const plain = Object.entries(targets).map(([head, { weight, data }]) => [head, { weight, data: [...data] }]);
    return `${JSON.stringify({ id, input, output, ids, offsets, targets: Object.fromEntries(plain) })}\n`;
  });
  return lines.join("");
}

function configOf({ name, seed }: RunFacts, { material, plan, options }: Given): unknown {
  const { base, graph, spec, heads } = material;
  const { learningRate, headLearningRate, weightDecay, labelSmoothing, tokenDropout, batch, threads } = options;
  const targets = spec.lora === null ? [] : findTargets(graph, spec.lora.targets);
  return {
    format: "kolm/trainer/1",
    run: name,
    seed,
    base: {
      name: base.name,
      model: "../base/encoder.onnx",
      sha256: base.model.sha256,
      tokenizer: "../base/tokenizer.json",
      encoder: base.encoder,
      hidden: base.hidden,
      maxTokens: base.maxTokens,
    },
    lora: spec.lora && {
      rank: spec.lora.rank,
      alpha: spec.lora.alpha,
      targets: targets.map(({ weight, rows, columns }) => ({
        module: moduleOf(weight),
        weight,
        in: rows,
        out: columns,
      })),
    },
    heads: heads.map(({ name, kind, on, labels, classes }) => ({ name, kind, on, labels, classes })),
    training: {
      epochs: plan.epochs,
      batch,
      learningRate,
      headLearningRate,
      weightDecay,
      labelSmoothing,
      tokenDropout,
      threads,
    },
    settings: options.trainer?.settings ?? {},
    result: RESULT,
  };
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
