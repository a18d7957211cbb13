// This file turns texts into unit vectors with a base encoder.
import { assert } from "@kolm/format";
import { boundedModel, type CreateSession, type EncoderNames } from "@kolm/onnx";
import type { Tokenizer } from "../text/tokenizer.ts";
import { batchesByLength, padBatch } from "./batch.ts";

export type EncoderOptions = {
  /** The encoder, a serialised ONNX model. */
  readonly model: Uint8Array;
  readonly tokenizer: Tokenizer;
  readonly names: EncoderNames;
  readonly createSession: CreateSession;
  readonly threads?: number;
};

/** An AbortSignal, as far as it is used here. */
type Signal = { throwIfAborted(): void };

export interface Encoder {
  /** One unit vector a text, in order; `step` hears how many are done after each batch. */
  encode(
    texts: readonly string[],
    options?: { readonly signal?: Signal; readonly step?: (done: number) => void },
  ): Promise<Float32Array[]>;
  close(): Promise<void>;
}

const BATCH = 32;

/** Opens a session over the model; close it when done. KolmError as decodeBounded for a model that is not fit to run. */
export async function createEncoder({
  model,
  tokenizer,
  names,
  createSession,
  threads = 1,
}: EncoderOptions): Promise<Encoder> {
  const session = await createSession(boundedModel(model), { threads });
  return {
    encode: async (texts, { signal, step } = {}) => {
      const idLists = texts.map((text) => tokenizer.encode(text).ids);
      const vectors: Float32Array[] = [];
      let done = 0;
      for (const rows of batchesByLength(
        idLists.map((ids) => ids.length),
        BATCH,
      )) {
        signal?.throwIfAborted();
        const { ids, mask } = padBatch(rows.map((row) => idLists[row] ?? []));
        const pooled = (await session.run({ [names.ids]: ids, [names.mask]: mask }))[names.pooled];
        assert(pooled?.type === "float32", `${names.pooled} is float32`);
        const size = pooled.data.length / rows.length;
        for (const [index, row] of rows.entries()) vectors[row] = pooled.data.slice(index * size, (index + 1) * size);
        step?.((done += rows.length));
      }
      return vectors;
    },
    close: () => session.close(),
  };
}
