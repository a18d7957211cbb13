// This file defines a ranking of payload lines, and keeps the best of many.

/** Payload lines, best first; of equals the lower line comes first. */
export type Ranking = readonly Ranked[];
export type Ranked = { readonly row: number; readonly score: number };

const precedes = (a: Ranked, b: Ranked): boolean => a.score > b.score || (a.score === b.score && a.row < b.row);

/** The `most` best in order; a heap of that many is enough to find them. */
export function bestOf(entries: Iterable<Ranked>, most: number): Ranked[] {
  const heap: Ranked[] = [];
  for (const entry of entries) {
    if (heap.length < most) rise(heap, entry);
    else if (most > 0 && precedes(entry, heap[0] ?? entry)) sink(heap, entry);
  }
  return heap.sort((a, b) => (precedes(a, b) ? -1 : 1));
}

/** Adds an entry to a heap whose first one is the worst. */
function rise(heap: Ranked[], entry: Ranked): void {
  let at = heap.length;
  for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
    const above = heap[parent] ?? entry;
    if (precedes(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

/** Puts an entry in the place of the worst. */
function sink(heap: Ranked[], entry: Ranked): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const [left, right] = [heap[child] ?? entry, heap[child + 1]];
    const [worse, place] = right && precedes(left, right) ? [right, child + 1] : [left, child];
    if (precedes(worse, entry)) break;
    heap[at] = worse;
    at = place;
  }
  heap[at] = entry;
}
