// This file defines how records are kept from other eyes: a port, and its form that hides nothing.
import { digestOf, type Hashing, utf8 } from "@kolm/format";

export interface SideCipher {
  /** The key a file's record is stored under; the same for the same source. */
  name(source: string): Promise<string>;
  /** `place` must be the same for opening: a record moved to another place does not open. */
  seal(plain: Uint8Array, place: string): Promise<Uint8Array>;
  /** undefined when the bytes were sealed by another key or for another place, or were altered. */
  open(sealed: Uint8Array, place: string): Promise<Uint8Array | undefined>;
}

/** Stores bytes as they are, under the digest of the source. */
export function noCipher(hashing: Hashing): SideCipher {
  return {
    name: async (source) => digestOf(hashing, utf8(source)),
    seal: async (plain) => plain,
    open: async (sealed) => sealed,
  };
}
