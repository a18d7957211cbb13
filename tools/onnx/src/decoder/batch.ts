// This file feeds a batch of texts to a decoder's training graph: only the positions that count for the loss.
import { assert } from "@kolm/format";
import type { Values } from "../session.ts";
import type { DecoderSpec } from "./decoder.ts";
import { NEXT, ROWS, WEIGHT } from "./next-token.ts";

/** Texts of equal length, padded at the end, row-major [rows, tokens]. */
export type TextBatch = {
  readonly rows: number;
  readonly tokens: number;
  readonly ids: BigInt64Array;
  /** How much predicting each token from those before it counts: 0 for a prompt and for padding. A first token never counts. */
  readonly weights: Float32Array;
};

/** Feeds for decoderTrainingGraph; positions are padded with weight 0 to fill all chunks equally. */
export function feedTexts({ rows, tokens, ids, weights }: TextBatch, { ids: name, chunks }: DecoderSpec): Values {
  assert(ids.length === rows * tokens && weights.length === ids.length, `ids and weights are ${rows}×${tokens}`);
  const counted = [...weights.keys()].filter((place) => place % tokens > 0 && weights[place] !== 0);
  const positions = Math.max(1, Math.ceil(counted.length / chunks));
  const dims = [chunks, positions];
  const places = Array.from({ length: chunks * positions }, (_, index) => counted[index]);
  return {
    [name]: { type: "int64", dims: [rows, tokens], data: ids },
    [ROWS]: { type: "int64", dims, data: BigInt64Array.from(places, (place) => BigInt((place ?? 1) - 1)) },
    [NEXT]: { type: "int64", dims, data: BigInt64Array.from(places, (place) => ids[place ?? 0] ?? 0n) },
    [WEIGHT]: {
      type: "float32",
      dims,
      data: Float32Array.from(places, (place) => (place === undefined ? 0 : (weights[place] ?? 0))),
    },
  };
}
