// This file refuses PDF files whose compressed streams inflate without measure, before the PDF library inflates them whole.
import { Unzlib } from "fflate";
import { tooLarge } from "../read/failure.ts";
import { find } from "./find.ts";

/** Bytes of one stream (a page's picture of 32 megapixels has 96 MiB) and of all of a file. */
const MOST_STREAM = 128 << 20;
const MOST_FILE = 512 << 20;
const PIECE = 16 << 10;
/** A stream may be compressed several times over. */
const MOST_LAYERS = 4;
/** How often the file's bytes may belong to a stream. */
const MOST_OVERLAP = 16;

/** Inflates every FlateDecode stream (ISO 32000-1 §7.4.4) piece by piece, only to count. */
export function refuseBomb(path: string, bytes: Uint8Array): void {
  let total = 0;
  let searched = 0;
  for (const { start, end } of streamsOf(bytes)) {
    let size = 0;
    searched += end - start;
    if (searched > bytes.length * MOST_OVERLAP) {
      throw tooLarge({ file: path }, "holds streams inside streams without measure", "Print it to a new PDF.");
    }
    count(bytes.subarray(start, end), MOST_LAYERS, (more) => {
      size += more;
      total += more;
      if (size <= MOST_STREAM && total <= MOST_FILE) return;
      const found = `inflates to more than ${size > MOST_STREAM ? `${MOST_STREAM} bytes in one stream` : `${MOST_FILE} bytes`}`;
      throw tooLarge({ file: path }, found, "It looks like a bomb. Take it out, or print it to a new PDF.");
    });
  }
}

// The keyword may stand inside other data, so streams found may overlap.
function* streamsOf(bytes: Uint8Array): Iterable<{ start: number; end: number }> {
  let end = -1;
  for (let at = find(bytes, "stream", 0); at !== -1; at = find(bytes, "stream", at + 6)) {
    if (bytes[at - 1] === 0x64 && find(bytes.subarray(Math.max(0, at - 3), at), "end", 0) === 0) continue;
    let start = at + 6;
    while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
    const [first = 0, second = 0] = [bytes[start], bytes[start + 1]];
    if (!isZlib(first, second)) continue;
    if (end < start) end = find(bytes, "endstream", start);
    if (end === -1) end = bytes.length;
    yield { start, end };
  }
}

// RFC 1950 §2.2.
function isZlib(first: number, second: number): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

function count(data: Uint8Array, layers: number, add: (more: number) => void): void {
  let open: Unzlib | undefined = counting(layers, add);
  for (let at = 0; at < data.length && open !== undefined; at += PIECE)
    open = pushed(open, data.subarray(at, at + PIECE));
}

function counting(layers: number, add: (more: number) => void): Unzlib {
  let inner: Unzlib | undefined;
  let fresh = true;
  return new Unzlib((out) => {
    add(out.length);
    if (fresh && layers > 1 && isZlib(out[0] ?? 0, out[1] ?? 0)) inner = counting(layers - 1, add);
    fresh &&= out.length === 0;
    if (inner !== undefined) inner = pushed(inner, out);
  });
}

// A stream that does not inflate is no bomb; whether it is text is for the PDF library to say.
function pushed(zlib: Unzlib, piece: Uint8Array): Unzlib | undefined {
  try {
    zlib.push(piece);
    return zlib;
  } catch (error) {
    if (error instanceof Error && error.name === "KolmError") throw error;
    return undefined;
  }
}
