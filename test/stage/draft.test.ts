// This file checks which outputs of which stages become layers: with float32 weights, with smaller ones, with and without recall.
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftLayers } from "@kolm/stage";
import { memoryStore } from "@kolm/store";
import { memoryInputs } from "../teach/stage-files.ts";

const pointer = (name: string): object => ({ sha256: name, size: name.length });
const BASE = { "base/base.json": { model: pointer("base model"), tokenizer: pointer("tokenizer") } };
const STUDENT = {
  "distill/adapter.json": { adapter: pointer("adapter"), heads: pointer("heads") },
  "distill/adapter_config.json": {},
  "distill/student.json": {},
};
const MERGED = { "distill/merged.json": { student: pointer("merged"), encoder: pointer("small base") } };
const RECALL = { "recall/index.json": {} };

async function models(files: object): Promise<[string, string][]> {
  const store = memoryStore();
  const texts = new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)]));
  const layers = await draftLayers(memoryInputs(texts, store));
  await store.close();
  return layers
    .filter(({ path }) => /\.(onnx|safetensors)$/.test(path))
    .map(({ path, pointer }) => [path.split("/").at(-1) ?? "", pointer.sha256]);
}

test("a student in float32 ships base, adapter and heads", async () => {
  assert.deepEqual(await models({ ...BASE, ...STUDENT }), [
    ["encoder.onnx", "base model"],
    ["adapter_model.safetensors", "adapter"],
    ["heads.safetensors", "heads"],
  ]);
});

test("a student with smaller weights ships alone, adapter and heads inside", async () => {
  assert.deepEqual(await models({ ...BASE, ...STUDENT, ...MERGED }), [["student.onnx", "merged"]]);
});

test("recall beside it reads a base with small weights", async () => {
  assert.deepEqual(await models({ ...BASE, ...STUDENT, ...MERGED, ...RECALL }), [
    ["encoder.onnx", "small base"],
    ["student.onnx", "merged"],
  ]);
});

test("recall alone ships the base, and recipes alone no model at all", async () => {
  assert.deepEqual(await models({ ...BASE, ...RECALL }), [["encoder.onnx", "base model"]]);
  assert.deepEqual(await models({ ...BASE, "recipes/pack.json": {} }), []);
});
