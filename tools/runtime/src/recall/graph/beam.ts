// This file keeps the nearest elements found so far, nearest first, and which of them are still to be expanded.

export interface Beam {
  /** Empties it, and keeps at most `breadth` elements from now on. */
  clear(breadth: number): void;
  /** Takes an element in where it is nearer than the furthest, which then leaves; of equals the earlier one is first. */
  insert(element: number, nearness: number): void;
  /** The nearest element not given before; −1 when all were. */
  next(): number;
  elements(): number[];
}

export function createBeam(): Beam {
  let nearness = new Float32Array(0);
  let elements = new Int32Array(0);
  let [breadth, size, cursor] = [0, 0, 0];
  return {
    clear: (wanted) => {
      [breadth, size, cursor] = [wanted, 0, 0];
      if (nearness.length >= wanted) return;
      nearness = new Float32Array(wanted);
      elements = new Int32Array(wanted);
    },
    insert: (element, near) => {
      let at = size;
      if (size < breadth) size++;
      else if (near <= (nearness[--at] ?? 0)) return;
      for (; at > 0 && (nearness[at - 1] ?? 0) < near; at--) {
        nearness[at] = nearness[at - 1] ?? 0;
        elements[at] = elements[at - 1] ?? 0;
      }
      nearness[at] = near;
      elements[at] = element;
      if (at < cursor) cursor = at;
    },
    next: () => {
      // Elements already given stand as their complement, which is negative.
      while (cursor < size && (elements[cursor] ?? 0) < 0) cursor++;
      if (cursor === size) return -1;
      const element = elements[cursor] ?? 0;
      elements[cursor++] = ~element;
      return element;
    },
    elements: () => Array.from(elements.subarray(0, size), (element) => (element < 0 ? ~element : element)),
  };
}
