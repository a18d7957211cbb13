// This file gives two states of a side index that share some keys and no bytes.
import type { SideRecord } from "@kolm/runtime";

const COUNTS = [40, 25] as const;

/** Records whose bytes all say which state they are of. */
export function stateOf(turn: number): SideRecord[] {
  return Array.from({ length: COUNTS[turn] ?? 0 }, (_, at) => ({
    key: `key-${String(at).padStart(3, "0")}`,
    passages: new Uint8Array(3000 + 100 * at).fill(turn + 1),
    vectors: new Uint8Array(2048 * (1 + (at % 3))).fill(turn + 1),
  }));
}
