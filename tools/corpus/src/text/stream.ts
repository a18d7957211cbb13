// This file decodes a stream of bytes into a stream of text as strictly as a whole file.
import { concatBytes } from "@kolm/format";
import { decodePart, type Mark, markOf, refuseNul } from "./decode.ts";
import { validUtf8 } from "./utf8.ts";

/** Texts in order, none empty, none ending inside a character; the byte order mark left out. */
export async function* decodeStream(path: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  let mark: Mark | undefined;
  let offset = 0;
  const decode = (bytes: Uint8Array, from: Mark): string => {
    const text = decodePart({ path, mark: from, offset }, bytes);
    refuseNul(path, bytes, text);
    offset += bytes.length;
    return text;
  };
  for await (const piece of pieces) {
    let bytes = rest.length === 0 ? piece : concatBytes(rest, piece);
    if (mark === undefined && bytes.length >= 4) {
      mark = markOf(bytes);
      offset = mark.length;
      bytes = bytes.subarray(mark.length);
    }
    const length = mark === undefined ? 0 : wholeCharacters(mark, bytes);
    if (mark !== undefined && length > 0) yield decode(bytes.subarray(0, length), mark);
    // A copy: whoever fills the pieces may use their memory again.
    rest = bytes.slice(length);
  }
  if (mark === undefined) {
    mark = markOf(rest);
    offset = mark.length;
    rest = rest.subarray(mark.length);
  }
  if (rest.length > 0) yield decode(rest, mark);
}

// Bytes that are wrong count as whole, so that decoding refuses them where they stand.
function wholeCharacters({ encoding }: Mark, bytes: Uint8Array): number {
  if (encoding === "utf-8") {
    const tail = Math.max(0, bytes.length - 4);
    for (let from = tail; from < bytes.length; from++) {
      const isLead = ((bytes[from] ?? 0) & 0xc0) !== 0x80;
      const { length, wrong } = isLead ? validUtf8(bytes.subarray(from)) : { length: 0, wrong: true };
      if (isLead) return wrong ? bytes.length : from + length;
    }
    return bytes.length;
  }
  const even = bytes.length - (bytes.length % 2);
  const high = bytes[encoding === "utf-16le" ? even - 1 : even - 2] ?? 0;
  return (high & 0xfc) === 0xd8 ? even - 2 : even;
}
