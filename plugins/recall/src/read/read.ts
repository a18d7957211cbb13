// This file reads one corpus file into titled sections, choosing the reader by the file's name.
import { KolmError } from "@kolm/format";
import { readMarkdown } from "./markdown.ts";
import type { Document } from "./document.ts";
import { readPlain } from "./plain.ts";

/** Larger files are hardly prose; refusing them early keeps memory bounded. */
const LARGEST = 32 << 20;

const READERS: ReadonlyMap<string, (path: string, text: string) => Document> = new Map([
  ["md", readMarkdown],
  ["markdown", readMarkdown],
  ["txt", readPlain],
  ["text", readPlain],
]);

/** KolmError CORPUS_UNREADABLE or CORPUS_TOO_LARGE names the file. */
export function readDocument(path: string, bytes: Uint8Array): Document {
  const reader = READERS.get(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
  if (reader === undefined) {
    throw unreadable(
      path,
      "its kind is not known",
      `Readable kinds: ${[...READERS.keys()].map((kind) => `.${kind}`).join(", ")}. Convert the file or take it out.`,
    );
  }
  if (bytes.length > LARGEST) {
    throw new KolmError("CORPUS_TOO_LARGE", `${path} has ${bytes.length} bytes, at most ${LARGEST} are read`, {
      hint: "Split the file.",
      place: { file: path },
    });
  }
  return reader(path, decode(path, bytes));
}

function decode(path: string, bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, "it is not UTF-8 text", "Save it as UTF-8.");
  }
  if (text.includes("\0"))
    throw unreadable(path, "it holds NUL bytes, so it is no text", "Move it out of the corpus or convert it to text.");
  return text;
}

function unreadable(path: string, found: string, hint: string): KolmError {
  return new KolmError("CORPUS_UNREADABLE", `${path} cannot be read: ${found}`, { hint, place: { file: path } });
}
