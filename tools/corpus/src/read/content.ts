// This file takes a file's bytes, whole or as a stream, never more of them than allowed.
import { concatBytes } from "@kolm/format";
import { tooLarge } from "./failure.ts";
import { LARGEST_WHOLE, type ReadOptions } from "./options.ts";

/** A file's bytes. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

const PIECE = 64 << 10;

/** All bytes of a file of a kind that cannot be read piece by piece. */
export async function wholeOf(path: string, content: Content, options: ReadOptions): Promise<Uint8Array> {
  const most = options.largestFile ?? LARGEST_WHOLE;
  if (content instanceof Uint8Array) {
    refuseLarge(path, content.length, most);
    return plain(content);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(path, content, { ...options, largestFile: most })) pieces.push(piece.slice());
  return concatBytes(...pieces);
}

/** The bytes in order, in pieces of at most 64 KiB. */
export async function* piecesOf(path: string, content: Content, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const most = options.largestFile ?? Infinity;
  if (content instanceof Uint8Array) refuseLarge(path, content.length, most);
  let size = 0;
  for await (const given of content instanceof Uint8Array ? [content] : content) {
    options.signal?.throwIfAborted();
    const bytes = plain(given);
    size += bytes.length;
    if (size > most) {
      throw tooLarge({ file: path }, `has more than ${most} bytes, at most ${most} are read`, "Split the file.");
    }
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}

// Node's Buffer is a Uint8Array whose slice is no copy; the readers count on one.
function plain({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function refuseLarge(path: string, size: number, most: number): void {
  if (size <= most) return;
  throw tooLarge({ file: path }, `has ${size} bytes, at most ${most} are read`, "Split the file.");
}
