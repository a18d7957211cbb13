// This file checks the PEFT folder that `kolm export` writes: as Python reads it, and merged into the base by PEFT's own formula.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { canonicalBytes, type LayerKind, memoryContent, packArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import {
  decodeModel,
  encodeModel,
  floatsOf,
  floatTensor,
  type Graph,
  mergeStudent,
  readSafetensors,
  type Value,
  type Values,
  type Weights,
} from "@kolm/onnx";
import { LAYER, specOf, type StudentFile } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { main } from "kolm";
import { peftConfig } from "@kolm/runtime";
import { seedSigner } from "../format/sample.ts";
import { openBase, randomWeights, smallLayers, STUDENT } from "../runtime/small-artifact.ts";

const TARGETS = ["layer.0.attention.qkv.weight", "layer.1.ffn.in.weight", "text.pool.weight"];
const student: StudentFile = { ...STUDENT, lora: { rank: 2, alpha: 4, targets: TARGETS } };
const config = peftConfig({ base: "use-lite", rank: 2, alpha: 4, parameters: TARGETS });
let folder: string;
let layers: Map<string, Uint8Array>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kolm-export-"));
  layers = await smallLayers(student);
  layers.set(LAYER.adapterConfig, new TextEncoder().encode(JSON.stringify(config)));
  writeFileSync(join(folder, "small.kolm"), await packed(layers));
  assert.equal(await main(["export", join(folder, "small.kolm"), "--peft", join(folder, "peft"), "--json"]), 0);
});
after(() => rmSync(folder, { recursive: true }));

test("the folder holds what PEFT loads, and a README that names each module's weight of the base", () => {
  assert.deepEqual(readdirSync(join(folder, "peft")).sort(), [
    "README.md",
    "adapter_config.json",
    "adapter_model.safetensors",
    "heads.safetensors",
    "student.json",
  ]);
  const readme = readFileSync(join(folder, "peft", "README.md"), "utf8");
  for (const weight of TARGETS) assert.ok(readme.includes(`\`${weight}\``), weight);
});

test("Python finds the modules of the config and their shapes", { skip: missingPython() }, () => {
  const run = spawnSync("python3", [join(import.meta.dirname, "check_peft.py"), join(folder, "peft")]);
  assert.equal(run.status, 0, run.stderr.toString());
  const { shapes, heads, alpha } = JSON.parse(run.stdout.toString()) as Found;
  assert.equal(alpha, 4);
  assert.deepEqual(shapes["base_model.model.layer.1.ffn.in.lora_A.weight"], [2, 512]);
  assert.deepEqual(shapes["base_model.model.layer.1.ffn.in.lora_B.weight"], [1536, 2]);
  assert.deepEqual([heads["people.weight"], heads["people.bias"]], [[512, 5], [5]]);
});

test("the base merged from the folder by PEFT's formula gives the student's own logits", async () => {
  const { model } = await openBase();
  const read = (name: string): Weights =>
    readSafetensors(new Uint8Array(readFileSync(join(folder, "peft", name)))).weights;
  const feeds = { ids: int64([5, 90, 400, 33]), mask: int64([1, 1, 1, 1]) };
  const pooled = await outputOf(mergedByHand(decodeModel(model), read("adapter_model.safetensors")), "pooled", feeds);
  const weights = randomWeights(student, model);
  const logits = await outputOf(mergeStudent(decodeModel(model), specOf(student), weights), "logits/pool", feeds);
  const { data: heads = new Float32Array() } = read("heads.safetensors").get("pool.weight") ?? {};
  const { data: biases = new Float32Array() } = read("heads.safetensors").get("pool.bias") ?? {};
  assert.equal(logits.length, 3);
  for (const [label, logit] of logits.entries()) {
    const product = pooled.reduce((sum, value, place) => sum + value * (heads[place * 3 + label] ?? NaN), 0);
    assert.ok(Math.abs(product + (biases[label] ?? NaN) - logit) < 1e-5, `logit ${label} is ${logit}`);
  }
  const bare = await outputOf(decodeModel(model), "pooled", feeds);
  assert.ok(
    bare.some((value, place) => Math.abs(value - (pooled[place] ?? NaN)) > 1e-3),
    "the adapter does something",
  );
});

test("an artifact without an adapter cannot be exported, and says why", async (t) => {
  const bare = new Map(layers).set(LAYER.student, canonicalBytes({ ...student, lora: null }));
  writeFileSync(join(folder, "bare.kolm"), await packed(bare));
  const log = t.mock.method(console, "log", () => undefined);
  assert.equal(await main(["export", join(folder, "bare.kolm"), "--peft", join(folder, "none"), "--json"]), 1);
  const printed = JSON.parse(String(log.mock.calls[0]?.arguments[0])) as { error: { code: string } };
  assert.equal(printed.error.code, "EXPORT_NO_ADAPTER");
});

type Found = {
  readonly shapes: Record<string, number[]>;
  readonly heads: Record<string, number[]>;
  readonly alpha: number;
};

function missingPython(): string | false {
  return spawnSync("python3", ["--version"]).status === 0 ? false : "python3 is not installed";
}

/** W + (alpha / r) · (B·A)ᵀ, written out from PEFT's tensors. */
function mergedByHand(graph: Graph, adapter: Weights): Graph {
  const initializers = new Map(graph.initializers);
  for (const weight of TARGETS) {
    const module = weight.replace(/\.weight$/, "");
    const [down, up] = ["A", "B"].map((letter) => adapter.get(`base_model.model.${module}.lora_${letter}.weight`));
    const base = graph.initializers.get(weight);
    assert.ok(down && up && base);
    const [[rank = 0, inner = 0], [outer = 0]] = [down.dims, up.dims];
    const merged = floatsOf(base).slice();
    for (let row = 0; row < inner; row++)
      for (let column = 0; column < outer; column++)
        for (let one = 0; one < rank; one++) {
          const product = (up.data[column * rank + one] ?? NaN) * (down.data[one * inner + row] ?? NaN);
          merged[row * outer + column] = (merged[row * outer + column] ?? NaN) + 2 * product;
        }
    initializers.set(weight, floatTensor(merged, base.dims));
  }
  return { ...graph, initializers };
}

async function outputOf(graph: Graph, name: string, feeds: Values): Promise<Float32Array> {
  const session = await createSession(encodeModel(graph));
  const value = (await session.run(feeds))[name];
  await session.close();
  assert.ok(value?.type === "float32");
  return value.data;
}

const int64 = (numbers: readonly number[]): Value => ({
  type: "int64",
  dims: [1, numbers.length],
  data: BigInt64Array.from(numbers, BigInt),
});

async function packed(contents: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const { stream } = await packArtifact({
    facts: { name: "triage", version: "1.0.0", base: { name: "use-lite", sha256: "0".repeat(64) } },
    layers: [...contents].map(([path, bytes]) => ({
      path,
      kind: path.split("/")[1] as LayerKind, // the paths are layers/<kind>/…
      mediaType: "application/octet-stream",
      content: memoryContent(bytes),
    })),
    signer: seedSigner(),
    crypto: nodeCrypto,
  });
  const parts: Uint8Array[] = [];
  for await (const part of stream()) parts.push(part);
  return Buffer.concat(parts);
}
