// This file turns passages into unit vectors with the base, each text once: vectors are remembered by text and base.
import { createHash } from "node:crypto";
import { canonicalJson, KolmError } from "@kolm/format";
import { type BaseFile, createEncoder, type EncoderOptions, type Tokenizer } from "@kolm/runtime";
import type { Inputs, Report } from "@kolm/stage";
import type { Memo } from "@kolm/store";

export type EmbedPorts = {
  readonly base: BaseFile;
  readonly tokenizer: Tokenizer;
  readonly createSession: EncoderOptions["createSession"];
  readonly inputs: Inputs;
  readonly memo: Memo;
  readonly report: Report;
  readonly signal: AbortSignal;
};

/** One vector a text, in order. The model is loaded only for texts that the memo does not know. */
export async function embed(texts: readonly string[], ports: EmbedPorts): Promise<Float32Array[]> {
  const keys = texts.map((text) => keyOf(text, ports.base));
  const vectors = new Map<string, Float32Array>();
  for (const key of keys) {
    const known = await ports.memo.get(key);
    if (known !== undefined) vectors.set(key, unpack(known, key));
  }
  const missing = new Map(keys.map((key, at) => [key, texts[at] ?? ""] as const).filter(([key]) => !vectors.has(key)));
  ports.report({
    message: `${vectors.size} passages embedded before, ${missing.size} to embed`,
    done: 0,
    total: missing.size,
  });
  if (missing.size > 0) await encodeMissing(missing, vectors, ports);
  return keys.map((key) => vectors.get(key) ?? new Float32Array());
}

async function encodeMissing(
  missing: ReadonlyMap<string, string>,
  vectors: Map<string, Float32Array>,
  ports: EmbedPorts,
): Promise<void> {
  const { base, tokenizer, createSession, inputs, memo, report, signal } = ports;
  const encoder = await createEncoder({
    model: await inputs.blob(base.model),
    tokenizer,
    names: base.encoder,
    createSession,
  });
  try {
    let done = 0;
    for (const [key, text] of missing) {
      // One text a batch: in a larger batch the last bits may depend on its neighbours, and so on what was remembered.
      const [vector] = await encoder.encode([text], { signal });
      if (vector === undefined) throw new Error("invariant broken: the encoder gives one vector a text");
      vectors.set(key, await keep(memo, key, vector));
      report({ message: "embedding passages", done: ++done, total: missing.size });
    }
  } finally {
    await encoder.close();
  }
}

// Two processes may embed the same text at once, perhaps on different processors: the first vector stays, for both.
async function keep(memo: Memo, key: string, vector: Float32Array): Promise<Float32Array> {
  try {
    await memo.put(key, packVectors([vector]));
    return vector;
  } catch (error) {
    const first = error instanceof KolmError && error.code === "MEMO_CONFLICT" ? await memo.get(key) : undefined;
    if (first === undefined) throw error;
    return unpack(first, key);
  }
}

function keyOf(text: string, { model, tokenizer, encoder, maxTokens }: BaseFile): string {
  const request = { kind: "kolm/embed/1", model: model.sha256, tokenizer: tokenizer.sha256, encoder, maxTokens, text };
  return createHash("sha256").update(canonicalJson(request)).digest("hex");
}

/** Vectors one after the other, float32 little-endian. */
export function packVectors(vectors: readonly Float32Array[]): Uint8Array {
  const dims = vectors[0]?.length ?? 0;
  const bytes = new Uint8Array(vectors.length * dims * 4);
  const view = new DataView(bytes.buffer);
  for (const [row, vector] of vectors.entries()) {
    for (const [column, value] of vector.entries()) view.setFloat32((row * dims + column) * 4, value, true);
  }
  return bytes;
}

function unpack(bytes: Uint8Array, key: string): Float32Array {
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw new KolmError("RECALL_MEMO", `the memo's entry ${key} is damaged`, {
      hint: "Delete the memo folder of the store and run again.",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
}
