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
