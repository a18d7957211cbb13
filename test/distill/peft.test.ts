// This file tests that adapters go to PEFT's names and layouts and come back unchanged.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Weights } from "@kolm/onnx";
import { fromPeft, moduleOf, toPeft } from "@kolm/runtime";
import { peftConfig } from "@kolm/runtime";

const weights: Weights = new Map([
  ["layer.0.ffn.in.weight.lora_A", { dims: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["layer.0.ffn.in.weight.lora_B", { dims: [2, 1], data: Float32Array.of(7, 8) }],
  ["onnx::MatMul_12.lora_A", { dims: [1, 2], data: Float32Array.of(9, 10) }],
]);

test("A is stored as [r, in] and B as [out, r] under base_model.model.<module>", () => {
  const peft = toPeft(weights);
  assert.deepEqual(
    [...peft.keys()],
    [
      "base_model.model.layer.0.ffn.in.lora_A.weight",
      "base_model.model.layer.0.ffn.in.lora_B.weight",
      "base_model.model.onnx::MatMul_12.lora_A.weight",
    ],
  );
  assert.deepEqual(peft.get("base_model.model.layer.0.ffn.in.lora_A.weight"), {
    dims: [2, 3],
    data: Float32Array.of(1, 3, 5, 2, 4, 6),
  });
});

test("what goes to PEFT comes back the same, given the names of the base's weights", () => {
  const parameters = ["layer.0.ffn.in.weight", "onnx::MatMul_12"];
  assert.deepEqual(fromPeft(toPeft(weights), parameters), weights);
});

test("the config names modules, not weights", () => {
  assert.equal(moduleOf("pool.weight"), "pool");
  const config = peftConfig({ base: "use-lite", rank: 4, alpha: 8, parameters: ["pool.weight"] });
  assert.deepEqual([config["target_modules"], config["r"], config["lora_alpha"]], [["pool"], 4, 8]);
});
