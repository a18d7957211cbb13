// This file measures a layer in one pass: size, SHA-256, chunk tree and CRC-32 together. SPEC.md §5.
import { concatBytes, hex } from "../bytes.ts";
import { CHUNK_SIZE, merkleRoot, startLeaf } from "../merkle.ts";
import type { Hasher, Hashing } from "../digest.ts";

/** What is known of a layer's bytes; digests in lower-case hex, leaves 32 bytes for each chunk. */
export type Measure = {
  readonly size: number;
  readonly sha256: string;
  readonly root: string;
  readonly crc32: number;
  readonly leaves: Uint8Array;
};

/** Measures streamed bytes, however they are cut into pieces. */
export async function measure(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  hashing: Hashing,
): Promise<Measure> {
  const meter = new Meter(hashing);
  for await (const piece of pieces) meter.update(piece);
  return meter.finish();
}

/** Bytes being measured; `leaves` grows by one digest with every whole chunk. */
class Meter {
  readonly leaves: Uint8Array[] = [];
  readonly #hashing: Hashing;
  readonly #whole: Hasher;
  #leaf: Hasher | undefined;
  #inChunk = 0;
  #size = 0;
  #crc = 0;

  constructor(hashing: Hashing) {
    this.#hashing = hashing;
    this.#whole = hashing.sha256();
  }

  update(piece: Uint8Array): void {
    this.#whole.update(piece);
    this.#crc = this.#hashing.crc32(piece, this.#crc);
    this.#size += piece.length;
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + CHUNK_SIZE - this.#inChunk);
      this.#leaf ??= startLeaf(this.#hashing);
      this.#leaf.update(part);
      this.#inChunk += part.length;
      at += part.length;
      if (this.#inChunk === CHUNK_SIZE) this.#closeLeaf();
    }
  }

  finish(): Measure {
    this.#closeLeaf();
    const leaves = concatBytes(...this.leaves);
    const root = hex(merkleRoot(this.#hashing, leaves));
    return { size: this.#size, sha256: hex(this.#whole.digest()), root, crc32: this.#crc, leaves };
  }

  #closeLeaf(): void {
    if (this.#leaf === undefined) return;
    this.leaves.push(this.#leaf.digest());
    this.#leaf = undefined;
    this.#inChunk = 0;
  }
}
