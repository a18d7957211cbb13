// This file searches an HNSW graph (Malkov & Yashunin, arXiv:1603.09320) over vectors kept as eight-bit codes.
import { createKernel } from "../kernel/kernel.ts";
import { RUN } from "../kernel/routines.ts";
import type { Numbers } from "../vectors/numbers.ts";
import { createBeam } from "./beam.ts";
import type { Graph } from "./graph-file.ts";
import { reorder } from "./order.ts";

/** Elements in the order of how near their codes are, nearest first, and how many were compared. */
type Found = { readonly elements: readonly number[]; readonly probes: number };

export interface Walk {
  /** The elements found with a beam of this breadth. */
  find(query: Float32Array, breadth: number): Found;
}

/** Lays the codes out for the kernel: the graph is walked by them, which is a quarter of the memory to go through. */
export function openWalk(read: Graph, numbers: Numbers, dims: number): Walk {
  const { graph, originals } = reorder(read);
  const size = Math.ceil(dims / RUN) * RUN;
  const { count } = graph;
  const room = longestList(graph);
  const place = { query: 0, ids: 2 * size, out: 2 * size + 4 * room, scales: 2 * size + 8 * room };
  const codesAt = place.scales + 4 * count;
  const kernel = createKernel(codesAt + count * size);
  const { buffer } = kernel.memory;
  const scales = new Float32Array(buffer, place.scales, count);
  for (let element = 0; element < count; element++)
    scales[element] = numbers.fillCodes(originals[element] ?? 0, new Int8Array(buffer, codesAt + element * size, dims));
  const ids = new Uint32Array(buffer, place.ids, room);
  const nearness = new Float32Array(buffer, place.out, room);
  const compare = (listed: number): void => {
    if (listed > 0) kernel.compare(codesAt, place.scales, size, place.query, place.ids, listed, place.out);
  };
  const walker = { graph, ids, nearness, compare, visited: new Uint32Array(count), beam: createBeam(), turn: 0 };
  return {
    find: (query, breadth) => {
      fillQuery(new Int16Array(buffer, place.query, size), query);
      const { elements, probes } = findFrom(walker, breadth);
      return { elements: elements.map((element) => originals[element] ?? 0), probes };
    },
  };
}

type Walker = {
  readonly graph: Graph;
  /** Elements to compare, and how near each is afterwards. */
  readonly ids: Uint32Array;
  readonly nearness: Float32Array;
  readonly compare: (listed: number) => void;
  /** The turn in which an element was last seen. */
  readonly visited: Uint32Array;
  readonly beam: ReturnType<typeof createBeam>;
  turn: number;
};

function findFrom(walker: Walker, breadth: number): Found {
  const { graph, ids, nearness, compare, visited, beam } = walker;
  const start = descend(walker);
  const turn = nextTurn(walker);
  beam.clear(breadth);
  beam.insert(start.element, start.nearness);
  visited[start.element] = turn;
  let probes = start.probes;
  const { starts, links } = graph;
  for (let element = beam.next(); element >= 0; element = beam.next()) {
    let listed = 0;
    for (let at = starts[element] ?? 0; at < (starts[element + 1] ?? 0); at++) {
      const link = links[at] ?? 0;
      if (visited[link] === turn) continue;
      visited[link] = turn;
      ids[listed++] = link;
    }
    compare(listed);
    probes += listed;
    for (let at = 0; at < listed; at++) beam.insert(ids[at] ?? 0, nearness[at] ?? 0);
  }
  return { elements: beam.elements(), probes };
}

/** Greedy descent to level 1: on each level walk to the nearest neighbour until none is nearer. */
function descend({ graph, ids, nearness, compare }: Walker): {
  readonly element: number;
  readonly nearness: number;
  readonly probes: number;
} {
  ids[0] = graph.entry;
  compare(1);
  let best = { element: graph.entry, nearness: nearness[0] ?? 0 };
  let probes = 1;
  for (const level of [...graph.upper].reverse()) {
    for (let from = -1; from !== best.element;) {
      from = best.element;
      const links = level.get(from) ?? [];
      ids.set(links);
      compare(links.length);
      probes += links.length;
      for (let at = 0; at < links.length; at++)
        if ((nearness[at] ?? 0) > best.nearness) best = { element: ids[at] ?? 0, nearness: nearness[at] ?? 0 };
    }
  }
  return { ...best, probes };
}

function nextTurn(walker: Walker): number {
  if (walker.turn === 0xffff_ffff) {
    walker.visited.fill(0);
    walker.turn = 0;
  }
  return ++walker.turn;
}

/** As many whole numbers, as large as sums of products with codes still fit 32 bits. */
function fillQuery(target: Int16Array, query: Float32Array): void {
  const largest = Math.min(32_767, Math.floor(0x7fff_ffff / (128 * target.length)));
  let most = 0;
  for (let at = 0; at < query.length; at++) most = Math.max(most, Math.abs(query[at] ?? 0));
  for (let at = 0; at < query.length; at++)
    target[at] = most === 0 ? 0 : Math.round(((query[at] ?? 0) / most) * largest);
}

function longestList({ starts, upper }: Graph): number {
  let longest = 1;
  for (let at = 1; at < starts.length; at++) longest = Math.max(longest, (starts[at] ?? 0) - (starts[at - 1] ?? 0));
  for (const level of upper) for (const links of level.values()) longest = Math.max(longest, links.length);
  // An even number keeps what follows aligned to eight bytes.
  return longest + (longest % 2);
}
