// This file defines how bytes of a file are reached at random, and how a member's content is supplied to a writer.
import { KolmError } from "../errors.ts";

/** A file that can be read anywhere; read gives exactly the bytes asked for or throws. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Content that can be streamed from its start, more than once. */
export interface Content {
  readonly size: number;
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A ByteSource over bytes in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new KolmError(
          "SHORT_READ",
          `bytes ${offset} to ${offset + length} are not in a file of ${bytes.length} bytes`,
        );
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** Content held in memory. */
export function memoryContent(bytes: Uint8Array): Content {
  return { size: bytes.length, open: () => [bytes] };
}

/** The bytes from offset on in pieces of `step`, the next being read while the last is used. */
export async function* readPieces(
  source: ByteSource,
  { offset, size, step }: { readonly offset: number; readonly size: number; readonly step: number },
): AsyncGenerator<Uint8Array> {
  const end = offset + size;
  const readAt = (at: number) => source.read(at, Math.min(step, end - at));
  let next = size === 0 ? undefined : settled(readAt(offset));
  for (let at = offset; next !== undefined; at += step) {
    const piece = await next;
    next = at + step < end ? settled(readAt(at + step)) : undefined;
    if (piece.error !== undefined) throw piece.error;
    if (piece.bytes !== undefined) yield piece.bytes;
  }
}

type Settled = { readonly bytes?: Uint8Array; readonly error?: unknown };

/** A read ahead that nobody awaits (its consumer stopped early) must not become an unhandled rejection. */
async function settled(read: Promise<Uint8Array>): Promise<Settled> {
  try {
    return { bytes: await read };
  } catch (error) {
    return { error };
  }
}
