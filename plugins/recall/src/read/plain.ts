// This file reads plain text: one section under the file's name.
import { type Document, nameInWords } from "./document.ts";

export function readPlain(path: string, text: string): Document {
  return { path, text, sections: [{ title: nameInWords(path), start: 0, end: text.length }] };
}
