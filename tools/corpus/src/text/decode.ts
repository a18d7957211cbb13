// This file turns bytes into text by their byte order mark or a declared charset, strictly: wrong bytes are refused, never replaced.
import { fromUtf8 } from "@kolm/format";
import { unreadable } from "../read/failure.ts";
import { looksLike, looksLikeUtf16, validUtf8 } from "./utf8.ts";

declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: true },
) => { readonly encoding: string; decode(bytes: Uint8Array): string };

export type Mark = { readonly encoding: "utf-8" | "utf-16le" | "utf-16be"; readonly length: number };

/** The byte order mark the bytes begin with; UTF-8 without one. */
export function markOf(bytes: Uint8Array): Mark {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { encoding: "utf-16le", length: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: "utf-16be", length: 2 };
  return { encoding: "utf-8", length: first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0 };
}

/** The whole text without its byte order mark; a mark is believed before the declared charset (WHATWG Encoding §6). */
export function decodeText(path: string, bytes: Uint8Array, declared?: string): string {
  const mark = markOf(bytes);
  const body = bytes.subarray(mark.length);
  const foreign = mark.length === 0 && declared !== undefined && !/^utf-?8$/i.test(declared);
  const text = foreign ? decodeDeclared(path, body, declared) : decodePart({ path, offset: mark.length, mark }, body);
  refuseNul(path, bytes, text);
  return text;
}

export type Standing = { readonly path: string; readonly mark: Mark; readonly offset: number };

/** The text of bytes that stand at an offset of a file and hold whole characters. */
export function decodePart({ path, mark, offset }: Standing, bytes: Uint8Array): string {
  if (mark.encoding !== "utf-8") return decodeUtf16({ path, mark, offset }, bytes);
  const text = fromUtf8(bytes);
  if (text !== undefined) return text;
  const { length } = validUtf8(bytes);
  const byte = (bytes[length] ?? 0).toString(16).padStart(2, "0");
  const where = `it is not UTF-8: byte 0x${byte} at offset ${offset + length}`;
  throw unreadable({ file: path }, `${where}; ${looksLike(bytes, length)}`, "Save it as UTF-8.");
}

function decodeUtf16({ path, mark, offset }: Standing, bytes: Uint8Array): string {
  try {
    return new TextDecoder(mark.encoding, { fatal: true }).decode(bytes);
  } catch {
    const found = `its byte order mark says ${mark.encoding.toUpperCase()}, but half a character stands at or after offset`;
    throw unreadable({ file: path }, `${found} ${offset + strayUnit(mark, bytes)}`, "Save it as UTF-8.");
  }
}

// The offset of a surrogate without its other half, or of a last odd byte.
function strayUnit({ encoding }: Mark, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const unit = (at: number): number => (at + 1 < bytes.length ? view.getUint16(at, encoding === "utf-16le") : 0);
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const kind = unit(at) & 0xfc00;
    if (kind === 0xd800 && (unit(at + 2) & 0xfc00) === 0xdc00) at += 2;
    else if (kind === 0xd800 || kind === 0xdc00) return at;
  }
  return bytes.length - 1;
}

function decodeDeclared(path: string, bytes: Uint8Array, declared: string): string {
  let decoder;
  try {
    decoder = new TextDecoder(declared, { fatal: true });
  } catch {
    const found = `it declares the charset ${JSON.stringify(declared.slice(0, 40))}, which is not known`;
    throw unreadable({ file: path }, found, "Save it as UTF-8 and declare utf-8.");
  }
  try {
    return decoder.decode(bytes);
  } catch {
    const found = `it declares the charset ${decoder.encoding}, but its bytes are not of that charset`;
    const hint = fromUtf8(bytes) === undefined ? "Save it as UTF-8 and declare utf-8." : "It is UTF-8: declare utf-8.";
    throw unreadable({ file: path }, found, hint);
  }
}

/** U+0000 never stands in text; it is the sign of a program, a picture or another encoding. */
export function refuseNul(path: string, bytes: Uint8Array, text: string): void {
  const at = text.indexOf("\0");
  if (at === -1) return;
  const guess = looksLikeUtf16(bytes) ? "; it looks like UTF-16 without a byte order mark" : ", so it is no text";
  const hint = "Save it as UTF-8, or move it out of the corpus.";
  throw unreadable({ file: path }, `it holds NUL bytes (the first at character ${at})${guess}`, hint);
}
