// This file checks the gradient of every LoRA target module of whole models.
import assert from "node:assert/strict";
import { test } from "node:test";
import { skip } from "../../support/exported.ts";
import { MODELS } from "./models.ts";

/** The aim for fp32; the worst seen is 4e-4. */
const TOLERANCE = 1e-3;

for (const { name, check, measure } of MODELS) {
  test(
    `every target module of ${name} has the gradient that differences give`,
    { skip: name !== "use-lite" && skip },
    async () => {
      const findings = await measure(await check());
      const modules = new Set(findings.map(({ parameter }) => parameter.replace(/\.lora_[AB]$/, "")));
      for (const module of EXPECTED[name] ?? []) assert.ok(modules.has(module), `${module} is a target`);
      const wrong = findings.filter(({ error }) => !(error <= TOLERANCE));
      assert.deepEqual(wrong, []);
    },
  );
}

const layers = (count: number, prefix: string, names: readonly string[]): string[] =>
  Array.from({ length: count }, (_, layer) => names.map((name) => `${prefix}${layer}.${name}.weight`)).flat();
const BERT = layers(2, "L.", ["q", "k", "v", "o", "up", "down"]);
const PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "use-lite": ["text.pool.weight", ...layers(2, "layer.", ["attention.qkv", "attention.out", "ffn.in", "ffn.out"])],
  bert_tiny_opset13: BERT,
  bert_tiny_opset16: BERT,
  llama_tiny_opset16: layers(2, "layers.", PROJECTIONS),
};
