// This file numbers a graph's elements anew so that neighbours lie close together in memory (Coleman et al., arXiv:2104.03221).
import type { Graph } from "./graph-file.ts";

/** A graph of the same links, and by its numbers the old ones. */
export type Reordered = { readonly graph: Graph; readonly originals: Uint32Array };

/** Numbers elements as a search by breadth from the entry meets them; what it does not reach follows by number. */
export function reorder(graph: Graph): Reordered {
  const originals = breadthFirst(graph);
  const places = new Uint32Array(graph.count);
  for (let place = 0; place < originals.length; place++) places[originals[place] ?? 0] = place;
  const placed = (list: Uint32Array): Uint32Array => list.map((element) => places[element] ?? 0).sort();
  const starts = new Uint32Array(graph.count + 1);
  const links = new Uint32Array(graph.links.length);
  let filled = 0;
  for (let place = 0; place < originals.length; place++) {
    const element = originals[place] ?? 0;
    const list = placed(graph.links.subarray(graph.starts[element], graph.starts[element + 1]));
    links.set(list, filled);
    filled += list.length;
    starts[place + 1] = filled;
  }
  const upper = graph.upper.map(
    (level) => new Map(Array.from(level, ([element, list]) => [places[element] ?? 0, placed(list)] as const)),
  );
  return { graph: { ...graph, entry: places[graph.entry] ?? 0, starts, links, upper }, originals };
}

function breadthFirst({ count, entry, starts, links }: Graph): Uint32Array {
  const order = new Uint32Array(count);
  const isMet = new Uint8Array(count);
  let met = 0;
  const meet = (element: number): void => {
    if (isMet[element] === 1) return;
    isMet[element] = 1;
    order[met++] = element;
  };
  meet(entry);
  for (let done = 0, next = 0; done < count; done++) {
    if (done === met) {
      while (isMet[next] === 1) next++;
      meet(next);
    }
    const element = order[done] ?? 0;
    for (let at = starts[element] ?? 0; at < (starts[element + 1] ?? 0); at++) meet(links[at] ?? 0);
  }
  return order;
}
