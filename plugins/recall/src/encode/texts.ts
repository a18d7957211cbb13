// This file turns texts into unit vectors with the base, each text once: vectors are remembered by text and base.
import { canonicalJson } from "@kolm/format";
import { type BaseFile, createEncoder, type Tokenizer } from "@kolm/runtime";
import type { Bench } from "./bench.ts";
import { keepVector, keyOf, knownVector } from "./remembered.ts";

export type TextBase = { readonly base: BaseFile; readonly tokenizer: Tokenizer };

/** One vector a text, in order. The model is loaded only for texts that the memo does not know. */
export async function embedTexts(
  texts: readonly string[],
  { base, tokenizer }: TextBase,
  bench: Bench,
): Promise<Float32Array[]> {
  const { model, encoder, maxTokens } = base;
  const pins = { model: model.sha256, tokenizer: base.tokenizer.sha256, encoder, maxTokens };
  const maker = canonicalJson({ kind: "kolm/embed/2", ...pins });
  const keys = texts.map((text) => keyOf(maker, text));
  const vectors = new Map<string, Float32Array>();
  const missing = new Map<string, string>();
  for (const [at, key] of keys.entries()) {
    if (vectors.has(key) || missing.has(key)) continue;
    const known = await knownVector(bench.memo, key);
    if (known === undefined) missing.set(key, texts[at] ?? "");
    else vectors.set(key, known);
  }
  bench.report({
    message: `${vectors.size} passages embedded before, ${missing.size} to embed`,
    done: 0,
    total: missing.size,
  });
  if (missing.size > 0) await encodeMissing(missing, vectors, { base, tokenizer, bench });
  return keys.map((key) => vectors.get(key) ?? new Float32Array());
}

async function encodeMissing(
  missing: ReadonlyMap<string, string>,
  vectors: Map<string, Float32Array>,
  { base, tokenizer, bench }: TextBase & { readonly bench: Bench },
): Promise<void> {
  const { inputs, memo, report, signal, createSession } = bench;
  const model = await inputs.blob(base.model);
  const encoder = await createEncoder({ model, tokenizer, names: base.encoder, createSession });
  try {
    let done = 0;
    for (const [key, text] of missing) {
      // One text a batch: in a larger batch the last bits may depend on its neighbours, and so on what was remembered.
      const [vector] = await encoder.encode([text], { signal });
      if (vector === undefined) throw new Error("invariant broken: the encoder gives one vector a text");
      vectors.set(key, await keepVector(memo, key, vector));
      report({ message: "embedding passages", done: ++done, total: missing.size });
    }
  } finally {
    await encoder.close();
  }
}
