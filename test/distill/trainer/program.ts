// This file is a trainer such as a team would bring: it reads the folder it is started in, trains LoRA and heads, writes PEFT.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Batch,
  createTrainer,
  decodeModel,
  initialWeights,
  studentParameters,
  writeSafetensors,
} from "@kolm/onnx";
import { toPeft } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { createRng } from "@kolm/stage";

type Config = {
  readonly format: string;
  readonly run: string;
  readonly seed: number;
  readonly base: {
    readonly name: string;
    readonly model: string;
    readonly encoder: { ids: string; mask: string; pooled: string; tokens: string };
  };
  readonly lora: {
    readonly rank: number;
    readonly alpha: number;
    readonly targets: readonly { readonly module: string; readonly weight: string }[];
  };
  readonly heads: readonly { readonly name: string; readonly on: "pooled" | "tokens"; readonly classes: number }[];
  readonly settings: { readonly steps: number; readonly oddRun?: string };
  readonly result: string;
};
type Row = {
  readonly ids: readonly number[];
  readonly targets: Record<string, { readonly weight: number; readonly data: readonly number[] }>;
};

const config = JSON.parse(readFileSync("config.json", "utf8")) as Config;
const rows = readFileSync("dataset.jsonl", "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Row);
const { lora, heads, settings } = config;
assert.equal(config.format, "kolm/trainer/1");
assert.ok("output" in (JSON.parse(readFileSync("contract.json", "utf8")) as object));
console.log(`${rows.length} rows, rank ${lora.rank}`);

const rng = createRng(String(config.seed));
const base = decodeModel(new Uint8Array(readFileSync(config.base.model)));
const weights = lora.targets.map(({ weight }) => weight);
const spec = { encoder: config.base.encoder, lora: { ...lora, targets: weights }, heads };
const trainer = await createTrainer(base, spec, {
  createSession,
  threads: 1,
  initial: initialWeights(studentParameters(base, spec), () => rng.uniform()),
  optimiser: {
    learningRate: 3e-3,
    headLearningRate: 5e-2,
    weightDecay: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    clipNorm: 1,
  },
});
for (let step = 1; step <= settings.steps; step++) {
  const { loss } = await trainer.step(batchOf(rng.shuffle(rows).slice(0, 16)), 1);
  console.log(JSON.stringify({ message: `loss ${loss.toFixed(3)}`, done: step, total: settings.steps }));
}
const trained = [...trainer.weights()];
await trainer.close();
const isAdapter = (name: string): boolean => /\.lora_[AB]$/.test(name);
const adapter = toPeft(new Map(trained.filter(([name]) => isAdapter(name))));
const head = new Map(trained.filter(([name]) => !isAdapter(name)));
const adapterConfig: Record<string, unknown> = {
  peft_type: "LORA",
  r: lora.rank,
  lora_alpha: lora.alpha,
  bias: "none",
};
// One of the runs may go its own way, which kolm must notice.
if (config.run === settings.oddRun) adapterConfig["lora_alpha"] = 99;
mkdirSync(config.result, { recursive: true });
writeFileSync(join(config.result, "adapter_config.json"), JSON.stringify(adapterConfig));
writeFileSync(join(config.result, "adapter_model.safetensors"), writeSafetensors(adapter, { format: "pt" }));
writeFileSync(join(config.result, "heads.safetensors"), writeSafetensors(head));

function batchOf(picked: readonly Row[]): Batch {
  const tokens = Math.max(...picked.map(({ ids }) => ids.length));
  const flat = (size: number): Float32Array => new Float32Array(picked.length * size);
  const batch = {
    rows: picked.length,
    tokens,
    ids: new BigInt64Array(picked.length * tokens),
    mask: new BigInt64Array(picked.length * tokens),
    targets: Object.fromEntries(
      heads.map(({ name, on, classes }) => [name, flat(on === "pooled" ? classes : tokens * classes)]),
    ),
    weights: Object.fromEntries(heads.map(({ name, on }) => [name, flat(on === "pooled" ? 1 : tokens)])),
  };
  for (const [row, { ids, targets }] of picked.entries()) {
    batch.ids.set(ids.map(BigInt), row * tokens);
    batch.mask.fill(1n, row * tokens, row * tokens + ids.length);
    for (const { name, on, classes } of heads) {
      const width = on === "pooled" ? 1 : tokens;
      const target = targets[name];
      if (target === undefined || target.weight === 0) continue;
      batch.targets[name]?.set(target.data, row * width * classes);
      batch.weights[name]?.fill(target.weight, row * width, row * width + target.data.length / classes);
    }
  }
  return batch;
}
