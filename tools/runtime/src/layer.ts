// This file reads the layers of an artifact: which there are, and JSON ones checked against their schema.
import { fromUtf8, KolmError } from "@kolm/format";
import type { ZodType } from "zod";

/** Paths of the layers that answering needs. */
export const LAYER = {
  contract: "layers/verifier/contract.json",
  encoder: "layers/model/encoder.onnx",
  /** The student with adapter and heads inside, where its weights are not float32. */
  merged: "layers/model/student.onnx",
  tokenizer: "layers/model/tokenizer.json",
  student: "layers/adapter/student.json",
  adapter: "layers/adapter/adapter_model.safetensors",
  adapterConfig: "layers/adapter/adapter_config.json",
  heads: "layers/adapter/heads.safetensors",
  evidence: "layers/adapter/evidence.json",
  evidenceVectors: "layers/adapter/evidence.bin",
  recipes: "layers/recipes/pack.json",
  recall: "layers/recall/index.json",
} as const;

/** Bytes of a layer, undefined where the artifact has none. */
export type LayerReader = (path: string) => Promise<Uint8Array | undefined>;

/** The bytes of a layer that must be there; KolmError LAYER_MISSING. */
export async function requireLayer(layer: LayerReader, path: string): Promise<Uint8Array> {
  const bytes = await layer(path);
  if (bytes) return bytes;
  throw new KolmError("LAYER_MISSING", `the artifact has no ${path}`, { hint: "Compile the task again." });
}

/** Text of a layer; KolmError LAYER_MALFORMED when it is not UTF-8. */
export function textOf(bytes: Uint8Array, path: string): string {
  const text = fromUtf8(bytes);
  if (text === undefined) throw malformed(path, "is not UTF-8");
  return text;
}

/** Parsed JSON of a layer; KolmError LAYER_MALFORMED. */
export function jsonOf(bytes: Uint8Array, path: string): unknown {
  const text = textOf(bytes, path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(path, "is not JSON", cause);
  }
}

/** A JSON layer as its schema says; KolmError LAYER_MALFORMED names the first key that does not fit. */
export function parseLayer<T>(bytes: Uint8Array, path: string, schema: ZodType<T>): T {
  const parsed = schema.safeParse(jsonOf(bytes, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformed(path, `does not fit at ${issue?.path.join(".") || "its root"}: ${issue?.message ?? "unknown"}`);
}

function malformed(path: string, detail: string, cause?: unknown): KolmError {
  return new KolmError("LAYER_MALFORMED", `${path} ${detail}`, {
    hint: "Compile the task again with this version of kolm.",
    cause,
  });
}
