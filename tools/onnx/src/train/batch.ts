// This file feeds one batch to a session.
import { assert } from "@kolm/format";
import type { Values } from "../session.ts";
import type { EncoderNames, HeadSpec, StudentSpec } from "../student/student.ts";
import { targetName, weightName } from "./loss.ts";

/** Token ids and mask, row-major [rows, tokens]. */
export type Inputs = {
  readonly rows: number;
  readonly tokens: number;
  readonly ids: BigInt64Array;
  readonly mask: BigInt64Array;
};

/** A training batch; per head a distribution over classes and a weight, for each row or each token (0 = ignored). */
export type Batch = Inputs & {
  readonly targets: Readonly<Record<string, Float32Array>>;
  readonly weights: Readonly<Record<string, Float32Array>>;
};

/** Fewer tokens than this, or than an adapter or a token head has columns, are dealt to threads in ways that change bits. */
const FEWEST_TOKENS = 64;

/** Rows a batch must be filled up to, for the bits of its products not to depend on the number of threads. */
export function steadyRows({ rows, tokens }: Inputs, { lora, heads }: StudentSpec): number {
  const widths = heads.map(({ on, classes }) => (on === "tokens" ? classes : 0));
  return Math.max(rows, Math.ceil(Math.max(FEWEST_TOKENS, lora?.rank ?? 0, ...widths) / tokens));
}

/** The batch with its first row repeated up to a number of rows. */
export function fillInputs(batch: Inputs, rows: number): Inputs {
  return { rows, tokens: batch.tokens, ids: repeat(batch.ids, batch, rows), mask: repeat(batch.mask, batch, rows) };
}

/** The same, no added row counting for anything. */
export function fillBatch(batch: Batch, rows: number): Batch {
  if (rows === batch.rows) return batch;
  const longer = (all: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> =>
    Object.fromEntries(Object.entries(all).map(([head, data]) => [head, lengthen(data, batch.rows, rows)]));
  return { ...fillInputs(batch, rows), targets: longer(batch.targets), weights: longer(batch.weights) };
}

/** The batch with padding up to as many tokens as its products need for their bits not to depend on the number of threads. */
export function widenInputs(batch: Inputs, rank: number): Inputs {
  const { rows, tokens, ids, mask } = batch;
  const wanted = Math.max(tokens, Math.ceil(Math.max(FEWEST_TOKENS, rank) / rows));
  if (wanted === tokens) return batch;
  const wide = { rows, tokens: wanted, ids: new BigInt64Array(rows * wanted), mask: new BigInt64Array(rows * wanted) };
  for (let row = 0; row < rows; row++) {
    wide.ids.set(ids.subarray(row * tokens, (row + 1) * tokens), row * wanted);
    wide.mask.set(mask.subarray(row * tokens, (row + 1) * tokens), row * wanted);
  }
  return wide;
}

function repeat(data: BigInt64Array, { rows, tokens }: Inputs, wanted: number): BigInt64Array {
  const filled = new BigInt64Array(wanted * tokens);
  filled.set(data);
  for (let row = rows; row < wanted; row++) filled.set(data.subarray(0, tokens), row * tokens);
  return filled;
}

function lengthen(data: Float32Array, rows: number, wanted: number): Float32Array {
  const longer = new Float32Array((data.length / rows) * wanted);
  longer.set(data);
  return longer;
}

export function feedInputs({ rows, tokens, ids, mask }: Inputs, encoder: EncoderNames): Values {
  assert(ids.length === rows * tokens && mask.length === rows * tokens, `ids and mask are ${rows}×${tokens}`);
  return {
    [encoder.ids]: { type: "int64", dims: [rows, tokens], data: ids },
    [encoder.mask]: { type: "int64", dims: [rows, tokens], data: mask },
  };
}

export function feedBatch(batch: Batch, { encoder, heads }: StudentSpec): Values {
  return Object.assign({}, feedInputs(batch, encoder), ...heads.map((head) => feedHead(batch, head)));
}

function feedHead(batch: Batch, head: HeadSpec): Values {
  const dims = head.on === "pooled" ? [batch.rows] : [batch.rows, batch.tokens];
  const count = dims.reduce((product, dim) => product * dim, 1);
  const [target, weight] = [batch.targets[head.name], batch.weights[head.name]];
  assert(target?.length === count * head.classes, `targets of ${head.name} are [${dims.join(",")},${head.classes}]`);
  assert(weight?.length === count, `weights of ${head.name} are [${dims.join(",")}]`);
  return {
    [targetName(head)]: { type: "float32", dims: [...dims, head.classes], data: target },
    [weightName(head)]: { type: "float32", dims, data: weight },
  };
}
