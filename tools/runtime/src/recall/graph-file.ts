// This file reads the HNSW graph that hnswlib saves (hnswalg.h, saveIndex), checking every number that a search would follow.
import { KolmError } from "@kolm/format";

// header (little-endian): u64 offsetLevel0, maxElements, count, bytesPerElement, labelOffset, dataOffset │ i32 maxLevel
//   │ u32 entry │ u64 maxM, maxM0, M │ f64 mult │ u64 efConstruction
// level 0: count × [ u16 links, u8 deleted, u8 0 │ u32 × maxM0 │ f32 × dims │ u64 label ]
// above:   count × ( u32 bytes │ levels × [ u16 links, u16 0 │ u32 × maxM ] )
const HEADER = 96;

/** Elements are numbered from 0; links lead only to existing elements that reach the level. */
export type Graph = {
  readonly count: number;
  readonly entry: number;
  readonly maxLevel: number;
  readonly links: (element: number, level: number) => Uint32Array;
  readonly vector: (element: number) => Float32Array;
  readonly label: (element: number) => number;
};

type Shape = {
  readonly count: number;
  readonly stride: number;
  readonly dataAt: number;
  readonly labelAt: number;
  readonly maxM: number;
  readonly maxM0: number;
  readonly maxLevel: number;
  readonly entry: number;
};

/** KolmError GRAPH_MALFORMED says what is wrong where. */
export function readGraph(file: Uint8Array, { dims, count }: { readonly dims: number; readonly count: number }): Graph {
  // Views need aligned memory.
  const bytes = file.byteOffset % 4 === 0 ? file : file.slice();
  if (bytes.length < HEADER) throw malformed(`${bytes.length} bytes, the header alone has ${HEADER}`);
  const shape = readHeader(bytes, { dims, count });
  const upper = readUpper(bytes, shape);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const place = (element: number): number => (HEADER + element * shape.stride) / 4;
  const links = (element: number, level: number): Uint32Array => {
    const at = level === 0 ? place(element) : (upper[element]?.at ?? 0) / 4 + (level - 1) * (shape.maxM + 1);
    return words.subarray(at + 1, at + 1 + ((words[at] ?? 0) & 0xffff));
  };
  const graph: Graph = {
    ...shape,
    links,
    vector: (element) =>
      new Float32Array(bytes.buffer, bytes.byteOffset + HEADER + element * shape.stride + shape.dataAt, dims),
    label: (element) => words[place(element) + shape.labelAt / 4] ?? 0,
  };
  checkLinks(
    graph,
    shape,
    upper.map(({ levels }) => levels),
  );
  checkLabels(graph, (element) => words[place(element) + shape.labelAt / 4 + 1] ?? 0);
  return graph;
}

function readHeader(bytes: Uint8Array, expected: { readonly dims: number; readonly count: number }): Shape {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (at: number): number => {
    const value = view.getBigUint64(at, true);
    if (value > 0xffff_ffffn) throw malformed(`the number at byte ${at} of the header is ${value}`);
    return Number(value);
  };
  const [levelAt, capacity, count, stride, labelAt, dataAt] = [
    wide(0),
    wide(8),
    wide(16),
    wide(24),
    wide(32),
    wide(40),
  ];
  const [maxLevel, entry, maxM, maxM0] = [view.getInt32(48, true), view.getUint32(52, true), wide(56), wide(64)];
  const fits =
    levelAt === 0 &&
    capacity >= count &&
    dataAt === 4 * maxM0 + 4 &&
    labelAt === dataAt + 4 * expected.dims &&
    stride === labelAt + 8;
  if (!fits) throw malformed(`its elements of ${stride} bytes do not hold ${maxM0} links and ${expected.dims} numbers`);
  if (count !== expected.count || count === 0)
    throw malformed(`it has ${count} elements, index.json says ${expected.count}`);
  if (maxM > 0xffff || maxM0 > 0xffff) throw malformed(`its elements have up to ${Math.max(maxM, maxM0)} links`);
  if (HEADER + count * stride > bytes.length) throw malformed(`it ends inside level 0`);
  if (entry >= count || maxLevel < 0)
    throw malformed(`it is entered at element ${entry} of ${count}, level ${maxLevel}`);
  return { count, stride, dataAt, labelAt, maxM, maxM0, maxLevel, entry };
}

type Upper = { readonly at: number; readonly levels: number };

/** Where each element's links above level 0 start, and how many levels it has there. */
function readUpper(bytes: Uint8Array, { count, stride, maxM }: Shape): Upper[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const perLevel = 4 * maxM + 4;
  let at = HEADER + count * stride;
  const upper = Array.from({ length: count }, (_, element): Upper => {
    if (at + 4 > bytes.length) throw malformed(`it ends before the upper levels of element ${element}`);
    const size = view.getUint32(at, true);
    if (size % perLevel !== 0 || at + 4 + size > bytes.length)
      throw malformed(`element ${element} has ${size} bytes of upper levels`);
    const found = { at: at + 4, levels: size / perLevel };
    at += 4 + size;
    return found;
  });
  if (at !== bytes.length) throw malformed(`${bytes.length - at} bytes stand after its end`);
  return upper;
}

function checkLinks(graph: Graph, { count, maxM, maxM0, entry, maxLevel }: Shape, levels: readonly number[]): void {
  if ((levels[entry] ?? 0) < maxLevel) throw malformed(`its entry element ${entry} does not reach level ${maxLevel}`);
  for (let element = 0; element < count; element++) {
    for (let level = 0; level <= (levels[element] ?? 0); level++) {
      const links = graph.links(element, level);
      if (links.length > (level === 0 ? maxM0 : maxM))
        throw malformed(`element ${element} has ${links.length} links at level ${level}`);
      for (const link of links)
        if (link >= count || (levels[link] ?? 0) < level)
          throw malformed(`element ${element} leads to ${link} at level ${level}`);
    }
  }
}

function checkLabels(graph: Graph, high: (element: number) => number): void {
  const seen = new Set<number>();
  for (let element = 0; element < graph.count; element++) {
    const label = graph.label(element);
    if (label >= graph.count || high(element) !== 0 || seen.has(label))
      throw malformed(`element ${element} has the label ${label}`);
    seen.add(label);
  }
}

function malformed(detail: string): KolmError {
  return new KolmError("GRAPH_MALFORMED", `graph.hnsw cannot be searched: ${detail}`, {
    hint: "Compile the task again.",
  });
}
