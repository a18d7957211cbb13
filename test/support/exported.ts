// This file finds the exporter-made models of the shared data.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared"), "models/exported");

export const EXPORTED = ["bert_tiny_opset13", "bert_tiny_opset16", "llama_tiny_opset16"] as const;

/** A reason to skip tests that need the models, or false. */
export const skip = EXPORTED.every((name) => existsSync(join(FOLDER, `${name}.onnx`)))
  ? false
  : "the exported test models are not here";

/** The bytes of one of them. */
export function exportedModel(name: (typeof EXPORTED)[number]): Uint8Array {
  return new Uint8Array(readFileSync(join(FOLDER, `${name}.onnx`)));
}
