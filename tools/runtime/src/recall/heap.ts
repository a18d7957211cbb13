// This file keeps numbered entries by distance in a binary heap.

export type Entry = { readonly distance: number; readonly id: number };

export interface Heap {
  readonly size: number;
  /** The entry that comes first; undefined when empty. */
  peek(): Entry | undefined;
  push(entry: Entry): void;
  pop(): Entry | undefined;
}

/** A heap whose first entry is the one `before` all others. */
export function createHeap(before: (a: Entry, b: Entry) => boolean): Heap {
  const entries: Entry[] = [];
  const precedes = (a: number, b: number): boolean => {
    const [left, right] = [entries[a], entries[b]];
    return left !== undefined && (right === undefined || before(left, right));
  };
  const swap = (a: number, b: number): void => {
    [entries[a], entries[b]] = [entries[b] as Entry, entries[a] as Entry]; // both indices exist
  };
  return {
    get size() {
      return entries.length;
    },
    peek: () => entries[0],
    push: (entry) => {
      let child = entries.push(entry) - 1;
      for (let parent = (child - 1) >> 1; child > 0 && precedes(child, parent); parent = (child - 1) >> 1) {
        swap(child, parent);
        child = parent;
      }
    },
    pop: () => {
      const first = entries[0];
      const last = entries.pop();
      if (entries.length === 0 || last === undefined) return first;
      entries[0] = last;
      for (let parent = 0; ;) {
        const left = 2 * parent + 1;
        const child = left + 1 < entries.length && precedes(left + 1, left) ? left + 1 : left;
        if (child >= entries.length || !precedes(child, parent)) return first;
        swap(child, parent);
        parent = child;
      }
    },
  };
}
