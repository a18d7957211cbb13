// This file writes and reads the links of an HNSW graph (Malkov & Yashunin, arXiv:1603.09320), checking all that a search follows.
import { malformed } from "../malformed.ts";
import { readVarints, type VarintReader, writeVarints } from "../varints.ts";

/** Elements are the vectors by their number; links of a level lead only to elements that reach it, in ascending order. */
export type Graph = {
  readonly count: number;
  /** Where a search starts: an element of the highest level. */
  readonly entry: number;
  readonly maxLevel: number;
  /** Links of element e on level 0: links[starts[e]] up to links[starts[e + 1]]. */
  readonly starts: Uint32Array;
  readonly links: Uint32Array;
  /** upper[l − 1]: links of level l by element. */
  readonly upper: readonly ReadonlyMap<number, Uint32Array>[];
};

const HEADER = 16;
/** Levels fall off so fast that hnswlib itself never reaches this many. */
const MOST_LEVELS = 64;

/** u32le count, entry, maxLevel, links on level 0; then for each element its level and, a level, how many links, and their steps. */
export function packGraph(graph: Graph): Uint8Array {
  const stream = writeVarints(numbersOf(graph));
  const bytes = new Uint8Array(HEADER + stream.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of [graph.count, graph.entry, graph.maxLevel, graph.links.length].entries())
    view.setUint32(4 * at, value, true);
  bytes.set(stream, HEADER);
  return bytes;
}

function* numbersOf({ count, starts, links, upper }: Graph): Generator<number> {
  for (let element = 0; element < count; element++) {
    const above = upper.map((level) => level.get(element)).filter((found) => found !== undefined);
    yield above.length;
    for (const list of [links.subarray(starts[element], starts[element + 1]), ...above]) {
      yield list.length;
      let last = -1;
      for (const link of list) {
        yield link - last - 1;
        last = link;
      }
    }
  }
}

/** KolmError RECALL_MALFORMED says what is wrong where. */
export function readGraph(bytes: Uint8Array, expected: { readonly file: string; readonly count: number }): Graph {
  const { file } = expected;
  if (bytes.length < HEADER) throw malformed(`${file} has ${bytes.length} bytes, its header alone has ${HEADER}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count = 0, entry = 0, maxLevel = 0, total = 0] = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  if (count !== expected.count || count === 0)
    throw malformed(`${file} has ${count} elements, index.json says ${expected.count}`);
  // Each element and link takes a byte or more, so that lying counts never make large arrays.
  if (2 * count + total > bytes.length - HEADER) throw malformed(`${file} is too short for ${count} elements`);
  if (entry >= count || maxLevel > MOST_LEVELS)
    throw malformed(`${file} is entered at element ${entry} of ${count}, level ${maxLevel}`);
  const graph = readLinks(readVarints(bytes, { file, from: HEADER }), { count, entry, maxLevel, total, file });
  checkUpper(graph, file);
  return graph;
}

type Header = {
  readonly count: number;
  readonly entry: number;
  readonly maxLevel: number;
  readonly total: number;
  readonly file: string;
};

function readLinks(reader: VarintReader, { count, entry, maxLevel, total, file }: Header): Graph {
  const starts = new Uint32Array(count + 1);
  const links = new Uint32Array(total);
  const upper = Array.from({ length: maxLevel }, () => new Map<number, Uint32Array>());
  let filled = 0;
  for (let element = 0; element < count; element++) {
    const levels = reader.next(maxLevel);
    const size = reader.next(total - filled);
    readList(reader, links.subarray(filled, filled + size), count);
    filled += size;
    starts[element + 1] = filled;
    for (let level = 0; level < levels; level++) {
      const list = new Uint32Array(reader.next(Math.min(count, MOST_UPPER)));
      upper[level]?.set(element, readList(reader, list, count));
    }
  }
  if (filled !== total) throw malformed(`${file} has ${filled} links on level 0, its header says ${total}`);
  if (reader.at !== reader.end) throw malformed(`${file} has ${reader.end - reader.at} bytes after its end`);
  return { count, entry, maxLevel, starts, links, upper };
}

/** hnswlib counts links of upper levels in 16 bits. */
const MOST_UPPER = 0xffff;

function readList(reader: VarintReader, list: Uint32Array, count: number): Uint32Array {
  let last = -1;
  for (let at = 0; at < list.length; at++) {
    last += 1 + reader.next(count - last - 2);
    list[at] = last;
  }
  return list;
}

function checkUpper({ entry, maxLevel, upper }: Graph, file: string): void {
  for (const [at, level] of upper.entries()) {
    if (!level.has(entry))
      throw malformed(`${file} is entered at element ${entry}, which ends below level ${maxLevel}`);
    for (const [element, links] of level)
      for (const link of links)
        if (!level.has(link))
          throw malformed(`${file} leads from ${element} to ${link}, which ends below level ${at + 1}`);
  }
}
