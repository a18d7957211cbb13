// This file takes the links out of the graph that hnswlib saves (hnswalg.h, saveIndex).
import { assert } from "@kolm/format";
import type { Graph } from "./graph-file.ts";

// header (little-endian): u64 offsetLevel0, maxElements, count, bytesPerElement, labelOffset, dataOffset │ i32 maxLevel
//   │ u32 entry │ u64 maxM, maxM0, M │ f64 mult │ u64 efConstruction
// level 0: count × [ u16 links, u8 deleted, u8 0 │ u32 × maxM0 │ f32 × dims │ u64 label ]
// above:   count × ( u32 bytes │ levels × [ u16 links, u16 0 │ u32 × maxM ] )
const HEADER = 96;

/** The graph by label; labels are the numbers of the vectors. The file is one that hnswlib has just written. */
export function graphOfHnswlib(saved: Uint8Array): Graph {
  const view = new DataView(saved.buffer, saved.byteOffset, saved.byteLength);
  const wide = (at: number): number => Number(view.getBigUint64(at, true));
  const [count, stride, labelAt, maxM, maxLevel] = [wide(16), wide(24), wide(32), wide(56), view.getInt32(48, true)];
  const labels = Uint32Array.from({ length: count }, (_, element) => wide(HEADER + element * stride + labelAt));
  const listAt = (at: number): Uint32Array =>
    Uint32Array.from(
      { length: view.getUint16(at, true) },
      (_, place) => labels[view.getUint32(at + 4 + 4 * place, true)] ?? 0,
    ).sort();
  const base: Uint32Array[] = [];
  const upper = Array.from({ length: maxLevel }, () => new Map<number, Uint32Array>());
  let at = HEADER + count * stride;
  for (const [element, label] of labels.entries()) {
    base[label] = listAt(HEADER + element * stride);
    const size = view.getUint32(at, true);
    for (let level = 0; level < size / (4 * maxM + 4); level++)
      upper[level]?.set(label, listAt(at + 4 + level * (4 * maxM + 4)));
    at += 4 + size;
  }
  assert(at === saved.length, "hnswlib's file ends where its header says");
  return { count, entry: labels[view.getUint32(52, true)] ?? 0, maxLevel, upper, ...flat(base) };
}

function flat(lists: readonly Uint32Array[]): Pick<Graph, "starts" | "links"> {
  const starts = new Uint32Array(lists.length + 1);
  for (const [element, list] of lists.entries()) starts[element + 1] = (starts[element] ?? 0) + list.length;
  const links = new Uint32Array(starts.at(-1) ?? 0);
  for (const [element, list] of lists.entries()) links.set(list, starts[element]);
  return { starts, links };
}
