// This file writes and reads whole numbers as LEB128, seven bits a byte, lowest first.
import { malformed } from "./malformed.ts";

/** Bytes of whole numbers below 2³². */
export function writeVarints(values: Iterable<number>): Uint8Array {
  let bytes = new Uint8Array(1024);
  let at = 0;
  for (let value of values) {
    if (at + 5 > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
    }
    for (; value > 127; value = Math.floor(value / 128)) bytes[at++] = (value & 127) | 128;
    bytes[at++] = value;
  }
  return bytes.slice(0, at);
}

export interface VarintReader {
  /** The next number; KolmError RECALL_MALFORMED where the bytes end, or when it is above `most`. */
  next(most: number): number;
  /** Where the next number starts, and where the bytes end. */
  readonly at: number;
  readonly end: number;
}

export function readVarints(
  bytes: Uint8Array,
  { file, from }: { readonly file: string; readonly from: number },
): VarintReader {
  let at = from;
  return {
    get at() {
      return at;
    },
    end: bytes.length,
    next: (most) => {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = bytes[at++];
        if (byte === undefined) throw malformed(`${file} ends in the middle of its numbers`);
        value += (byte & 127) * factor;
        if (value > most) throw malformed(`${file} has ${value} at byte ${at - 1}, at most ${most} can stand there`);
        if (byte < 128) return value;
        if (factor >= 0x1000_0000) throw malformed(`${file} has a number of over five bytes at byte ${at - 1}`);
      }
    },
  };
}
