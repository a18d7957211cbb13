// This file cuts a document into passages no longer than a number of tokens, along its structure.
import { createHash } from "node:crypto";
import { words } from "../read/markdown.ts";
import type { Document, Range, Section } from "../read/document.ts";
import { cutAt, FINEST, trim } from "./units.ts";

/** A passage; id depends on its file and text only, so editing one passage leaves the ids of the others. */
export type Chunk = Range & {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  /** Exactly the document's text from start to end. */
  readonly text: string;
  /** SHA-256 of text. */
  readonly sha256: string;
  /** What is embedded: title and text without markup. */
  readonly embedded: string;
};

// Characters no vocabulary's token exceeds: longer text is cut without counting, so that counting stays cheap.
const LONGEST_TOKEN = 64;

/** Counts the tokens of a text, as the base's tokenizer does. */
export type CountTokens = (text: string) => number;

/** Passages in document order; each embedded text has at most `limit` tokens (a single character may have more). */
export function chunkDocument(document: Document, limit: number, count: CountTokens): Chunk[] {
  const seen = new Map<string, number>();
  return document.sections.flatMap((section) => {
    const title = titleFor(section, limit, count);
    const fits = (range: Range): boolean =>
      range.end - range.start <= limit * LONGEST_TOKEN && count(embeddedText(document, range, title)) <= limit;
    return pack(document.text, trim(document.text, section), fits).map((range) => {
      const text = document.text.slice(range.start, range.end);
      const sha256 = digest(text);
      const twin = seen.get(sha256) ?? 0;
      seen.set(sha256, twin + 1);
      const id = digest(`kolm/chunk/1\n${document.path}\n${sha256}\n${twin}`).slice(0, 16);
      return {
        id,
        source: document.path,
        title: section.title,
        text,
        sha256,
        embedded: embeddedText(document, range, title),
        ...range,
      };
    });
  });
}

// A title that would take half the room is left out of what is embedded.
function titleFor({ title }: Section, limit: number, count: CountTokens): string {
  return count(title) * 2 > limit ? "" : title;
}

function embeddedText({ text }: Document, { start, end }: Range, title: string): string {
  const body = words(text.slice(start, end));
  return title === "" ? body : `${title}\n${body}`;
}

/** Greedy: as many neighbouring parts as fit; a part that does not fit alone is cut at the next finer seam. */
function pack(text: string, range: Range, fits: (range: Range) => boolean, level = 0): Range[] {
  if (range.start >= range.end) return [];
  if (level > FINEST + 20 || fits(range)) return [range];
  const parts = cutAt(text, range, Math.min(level, FINEST));
  const packed: Range[] = [];
  let open: Range | undefined;
  for (const part of parts) {
    const joined: Range | undefined = open && { start: open.start, end: part.end };
    if (joined !== undefined && fits(joined)) {
      open = joined;
      continue;
    }
    if (open !== undefined) packed.push(open);
    open = fits(part) ? part : undefined;
    if (open === undefined) packed.push(...pack(text, part, fits, level + 1));
  }
  return open === undefined ? packed : [...packed, open];
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
