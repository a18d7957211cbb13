// This file lays token ids out as the padded tensors an encoder takes.
import type { Value } from "@kolm/onnx";

/** ids and mask as int64 [batch, longest], 1 = token, 0 = padding at the end; never empty in either direction. */
export type Batch = { readonly ids: Value; readonly mask: Value; readonly rows: number; readonly width: number };

/** Pads id lists to the longest, or to `width` when that is more. */
export function padBatch(
  idLists: readonly (readonly number[])[],
  { width = 1 }: { readonly width?: number } = {},
): Batch {
  const widest = idLists.reduce((longest, ids) => Math.max(longest, ids.length), Math.max(1, width));
  const dims = [idLists.length, widest];
  const ids = new BigInt64Array(idLists.length * widest);
  const mask = new BigInt64Array(idLists.length * widest);
  for (const [row, list] of idLists.entries()) {
    for (const [column, id] of list.entries()) {
      ids[row * widest + column] = BigInt(id);
      mask[row * widest + column] = 1n;
    }
  }
  return {
    ids: { type: "int64", dims, data: ids },
    mask: { type: "int64", dims, data: mask },
    rows: idLists.length,
    width: widest,
  };
}

/** Cuts positions 0 … lengths.length − 1 into batches of like length, so that little is padding; equal lengths keep their order. */
export function batchesByLength(lengths: readonly number[], size: number): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, batch) =>
    order.slice(batch * size, (batch + 1) * size),
  );
}
