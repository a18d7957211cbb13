// This file names the models whose target modules are checked, each set up as the distill stage would train it.
import { createHash } from "node:crypto";
import { BaseOptions } from "@kolm/base";
import { decodeModel, importModel } from "@kolm/onnx";
import type { DecoderSpec, Graph, StudentSpec } from "@kolm/onnx";
import { runBase, useLite } from "../../base/opened.ts";
import { exportedModel } from "../../support/exported.ts";
import { decoderCheck, randomTexts } from "./decoder.ts";
import { type Check, directionErrors, elementErrors, type Finding } from "./modules.ts";
import { randomBatch, studentCheck } from "./student.ts";

/** Every linear layer, one head on texts, one on tokens. */
export const SPEC: StudentSpec = {
  encoder: { ids: "ids", mask: "mask", pooled: "pooled", tokens: "tokens" },
  lora: { rank: 2, alpha: 4, targets: ["*"] },
  heads: [
    { name: "label", on: "pooled", classes: 3 },
    { name: "tags", on: "tokens", classes: 5, weight: 0.5 },
  ],
};

export const DECODER: DecoderSpec = {
  ids: "input_ids",
  logits: "logits",
  lora: { rank: 2, alpha: 4, targets: ["*"] },
  chunks: 3,
};

type Model = {
  readonly name: string;
  readonly check: () => Promise<Check>;
  readonly measure: (check: Check) => Promise<Finding[]>;
};

/** USE-Lite is too large for differences of each number: there directions are compared. */
export const MODELS: readonly Model[] = [
  {
    name: "use-lite",
    check: async () => studentCheck(decodeModel((await runBase(useLite())).model), SPEC, randomBatch(SPEC)),
    measure: (check) => directionErrors(check),
  },
  ...(["bert_tiny_opset13", "bert_tiny_opset16"] as const).map((name): Model => ({
    name,
    check: async () => studentCheck(await exportedBase(name), SPEC, randomBatch(SPEC)),
    measure: (check) => elementErrors(check),
  })),
  {
    name: "llama_tiny_opset16",
    check: async () => decoderCheck(importModel(exportedModel("llama_tiny_opset16")), DECODER, randomTexts()),
    measure: (check) => elementErrors(check, 1 / 16),
  },
];

/** What the base stage makes of an exported encoder, given by file: and pins. */
export async function exportedBase(name: "bert_tiny_opset13" | "bert_tiny_opset16"): Promise<Graph> {
  const [model, tokenizer] = [exportedModel(name), new TextEncoder().encode("{}")];
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const options = BaseOptions.parse({
    source: "file:model.onnx",
    tokenizer: "file:tokenizer.json",
    sha256: { model: sha256(model), tokenizer: sha256(tokenizer) },
    names: { ids: "ids", mask: "mask", tokens: "h" },
    hidden: 32,
    maxTokens: 64,
    licence: "MIT",
  });
  return decodeModel((await runBase(options, { "model.onnx": model, "tokenizer.json": tokenizer })).model);
}
