// This file cuts a mailbox (mbox, RFC 4155 appendix A) into messages as it streams by.
import { concatBytes, KolmError } from "@kolm/format";
import type { Document } from "../read/document.ts";
import { tell, tooLarge, unreadable } from "../read/failure.ts";
import { LARGEST_WHOLE, type ReadOptions } from "../read/options.ts";
import { readMessage } from "./message.ts";

const NEWLINE = 0x0a;
const LONGEST_SEPARATOR = 1024;

/** A document a message, in order. */
export async function* readMailbox(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<Document> {
  let message = 0;
  let base = 0;
  for await (const bytes of messagesOf(path, pieces)) {
    message += 1;
    const document = await readOr(options, () => readMessage(path, bytes, message));
    if (document === undefined) continue;
    yield { ...document, base };
    base += document.text.length;
  }
}

async function readOr(options: ReadOptions, read: () => Promise<Document>): Promise<Document | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KolmError)) throw error;
    tell(options, error);
    return undefined;
  }
}

/** The bytes of each message without its "From " line, quoted "From " lines unquoted (mboxrd). */
async function* messagesOf(path: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] | undefined;
  let size = 0;
  let blankBefore = true;
  let insideLine = false;
  for await (const lines of wholeLines(pieces)) {
    let kept = 0;
    for (let at = 0; at < lines.length;) {
      const found = lines.indexOf(NEWLINE, at);
      const end = found === -1 ? lines.length : found + 1;
      if (blankBefore && isSeparator(lines.subarray(at, end))) {
        if (parts !== undefined) yield unquoted(concatBytes(...parts, lines.subarray(kept, at)));
        [parts, size, kept] = [[], 0, end];
      } else if (parts === undefined) throw noMailbox(path);
      blankBefore = !insideLine && (end - at === 1 || (end - at === 2 && lines[at] === 0x0d));
      insideLine = found === -1;
      at = end;
    }
    parts?.push(lines.slice(kept));
    size += lines.length - kept;
    if (size > LARGEST_WHOLE) throw largeMessage(path);
  }
  if (parts === undefined) throw noMailbox(path);
  yield unquoted(concatBytes(...parts));
}

// Pieces that end at a line's end, unless one line is longer than any separator.
async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = concatBytes(rest, piece);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const cut = bytes.length - end > LONGEST_SEPARATOR ? bytes.length : end;
    if (cut > 0) yield bytes.subarray(0, cut);
    rest = bytes.slice(cut);
  }
  if (rest.length > 0) yield rest;
}

// "From " in running text has no time of day after it.
function isSeparator(line: Uint8Array): boolean {
  if (line[0] !== 0x46 || line.length > LONGEST_SEPARATOR) return false;
  return /^From \S.*\d{1,2}:\d{2}/.test(String.fromCharCode(...line));
}

function unquoted(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, at);
    const end = found === -1 ? bytes.length : found + 1;
    const quoted =
      bytes[at] === 0x3e && /^>+From /.test(String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 80))));
    kept.set(bytes.subarray(quoted ? at + 1 : at, end), to);
    to += end - at - (quoted ? 1 : 0);
    at = end;
  }
  return kept.subarray(0, to);
}

function noMailbox(path: string): KolmError {
  const hint =
    "A mailbox begins with a line such as: From ann@example.org Mon Jan  1 10:00:00 2024. A single message is an .eml file.";
  return unreadable({ file: path }, 'it does not begin with the "From " line of a mailbox', hint);
}

function largeMessage(path: string): KolmError {
  return tooLarge({ file: path }, `holds a message of more than ${LARGEST_WHOLE} bytes`, "Take that message out.");
}
