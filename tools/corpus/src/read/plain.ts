// This file reads plain text: one section under the file's name, a long stream as several texts.
import { type Document, nameInWords } from "./document.ts";

const PART = 1 << 20;

/** The whole file as one section. */
export function readPlain(path: string, text: string): Document {
  return { path, text, sections: [{ title: nameInWords(path), start: 0, end: text.length }] };
}

/** Texts of about 1 MiB, cut after an empty line, else a line, else a word, never inside a character. */
export async function* readPlainStream(path: string, texts: AsyncIterable<string>): AsyncGenerator<Document> {
  let open = "";
  let base = 0;
  for await (const text of texts) {
    open += text;
    while (open.length >= 2 * PART) {
      const end = seam(open);
      yield { ...readPlain(path, open.slice(0, end)), base };
      open = open.slice(end);
      base += end;
    }
  }
  yield { ...readPlain(path, open), base };
}

function seam(text: string): number {
  const lower = PART >> 1;
  for (const mark of ["\n\n", "\r\n\r\n", "\n", " "]) {
    const at = text.lastIndexOf(mark, PART);
    if (at >= lower) return at + mark.length;
  }
  return (text.charCodeAt(PART) & 0xfc00) === 0xdc00 ? PART + 1 : PART;
}
