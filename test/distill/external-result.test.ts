// This file tests what is believed of an outside trainer's result: names, shapes, sizes and numbers, each with its error.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { initialWeights, studentParameters, writeSafetensors } from "@kolm/onnx";
import { toPeft } from "@kolm/runtime";
import { memoryStore } from "@kolm/store";
import { readResult } from "../../plugins/distill/src/external/result.ts";
import { type Material, readMaterial } from "../../plugins/distill/src/material.ts";
import { defaultBase } from "../recall/base.ts";
import { fakeContext } from "./fake-context.ts";
import { answers, contract } from "./trainer/task.ts";

const store = memoryStore();
const options = { rank: 4, targets: ["layer.1"] };

describe("a trainer's result", () => {
  let material: Material;
  let folder: string;
  before(async () => {
    material = await readMaterial(
      fakeContext({ contract: contract as never, answers, options, base: await defaultBase(store), store }).context,
    );
    folder = await mkdtemp(join(tmpdir(), "kolm-result-"));
    await mkdir(join(folder, "result"));
  });
  after(() => rm(folder, { recursive: true }));

  type Parts = { config: Record<string, unknown>; adapter: Map<string, Tensor>; heads: Map<string, Tensor> };
  const partsOf = (): Parts => {
    const all = [...initialWeights(studentParameters(material.graph, material.spec), () => 0.5)];
    const isAdapter = (name: string): boolean => /\.lora_[AB]$/.test(name);
    return {
      config: { peft_type: "LORA", r: 4, lora_alpha: 16, bias: "none" },
      adapter: new Map(toPeft(new Map(all.filter(([name]) => isAdapter(name))))),
      heads: new Map(all.filter(([name]) => !isAdapter(name))),
    };
  };
  const read = async ({ config, adapter, heads }: Parts): ReturnType<typeof readResult> => {
    await writeFile(join(folder, "result/adapter_config.json"), JSON.stringify(config));
    await writeFile(join(folder, "result/adapter_model.safetensors"), writeSafetensors(adapter));
    await writeFile(join(folder, "result/heads.safetensors"), writeSafetensors(heads));
    return readResult(folder, material);
  };
  const down = "base_model.model.layer.1.ffn.in.lora_A.weight";

  it("may adapt fewer weights, at another rank, than it was asked for", async () => {
    const { config, adapter, heads } = partsOf();
    const [a, b] = [tensor([2, 512]), tensor([1536, 2])];
    const few = new Map([...adapter].slice(0, 0)).set(down, a).set(down.replace("lora_A", "lora_B"), b);
    const { spec, weights } = await read({ config: { ...config, r: 2, lora_alpha: 6 }, adapter: few, heads });
    assert.deepEqual(spec.lora, { rank: 2, alpha: 6, targets: ["layer.1.ffn.in.weight"] });
    assert.deepEqual(weights.get("layer.1.ffn.in.weight.lora_A")?.dims, [512, 2]);
  });

  const faults: readonly [string, (parts: Parts) => unknown, RegExp][] = [
    ["a number that is none", ({ adapter }) => adapter.get(down)?.data.fill(NaN, 7, 8), /NaN in layer\.1\.ffn\.in/],
    [
      "an infinite number in a head",
      ({ heads }) => heads.get("mood.bias")?.data.fill(Infinity),
      /Infinity in mood\.bias/,
    ],
    ["another shape", ({ adapter }) => adapter.set(down, tensor([512, 4])), /lora_A as \[4,512\]/],
    ["one tensor of a pair only", ({ adapter }) => adapter.delete(down), /no layer\.1\.ffn\.in\.weight\.lora_A/],
    [
      "an unknown module",
      ({ adapter }) => adapter.set("base_model.model.x.lora_A.weight", tensor([4, 4])),
      /model\.x\.lora_A/,
    ],
    ["no tensor", ({ adapter }) => adapter.clear(), /has no tensor/],
    ["too many bytes", ({ adapter }) => adapter.set("padding", tensor([4_000_000])), /at most \d+ can be needed/],
    ["a missing head", ({ heads }) => heads.delete("person.weight"), /no person\.weight/],
    ["an unknown head", ({ heads }) => heads.set("other.bias", tensor([2])), /other\.bias/],
    ["a variant of LoRA", ({ config }) => (config["use_dora"] = true), /use_dora/],
    ["ranks by module", ({ config }) => (config["rank_pattern"] = { "ffn.in": 2 }), /rank_pattern/],
    ["no rank", ({ config }) => delete config["r"], /at r/],
  ];
  for (const [what, spoil, words] of faults) {
    it(`with ${what} is refused`, async () => {
      const parts = partsOf();
      spoil(parts);
      await assert.rejects(read(parts), (error: Error & { code?: string }) => {
        assert.ok(error.code === "TRAINER_RESULT" || error.code === "ADAPTER_UNKNOWN", error.code);
        assert.match(error.message, words);
        return true;
      });
    });
  }

  it("that is a link, no safetensors file, or not there is refused", async () => {
    const heads = join(folder, "result/heads.safetensors");
    await read(partsOf());
    await writeFile(heads, "weights");
    await assert.rejects(readResult(folder, material), { code: "TRAINER_RESULT", message: /cannot be read/ });
    await rm(heads);
    await assert.rejects(readResult(folder, material), { code: "TRAINER_RESULT", message: /missing/ });
    await symlink("/etc/hostname", heads);
    await assert.rejects(readResult(folder, material), { code: "TRAINER_RESULT", message: /no regular file/ });
    await rm(heads);
  });
});

type Tensor = { readonly dims: readonly number[]; readonly data: Float32Array };
const tensor = (dims: number[]): Tensor => ({
  dims,
  data: new Float32Array(dims.reduce((size, dim) => size * dim, 1)),
});
