// This file makes batches of a task that a small student can learn.
import type { Batch } from "@kolm/onnx";
import { TINY } from "./encoder.ts";

/** The class is the group of ten that the first id lies in; the tag of a token is its id modulo 3. The last row is padded. */
export function toyBatch(random: () => number, rows = 8, tokens = 6): Batch {
  const ids = BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(random() * TINY.vocabulary)));
  const mask = new BigInt64Array(rows * tokens).fill(1n);
  mask.fill(0n, rows * tokens - 2);
  const intent = new Float32Array(rows * 4);
  for (let row = 0; row < rows; row++) {
    const group = Math.floor(Number(ids[row * tokens]) / 10);
    for (let token = 1; token < tokens; token++)
      ids[row * tokens + token] = BigInt(group * 10 + Math.floor(random() * 10));
    intent[row * 4 + group] = 1;
  }
  const span = new Float32Array(rows * tokens * 3);
  ids.forEach((id, place) => (span[place * 3 + Number(id % 3n)] = 1));
  const spanWeights = Float32Array.from(mask, Number);
  return {
    rows,
    tokens,
    ids,
    mask,
    targets: { intent, span },
    weights: { intent: new Float32Array(rows).fill(1), span: spanWeights },
  };
}
