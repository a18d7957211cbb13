// This file cuts a document into passages no longer than a number of tokens, along its structure.
import { digestOf, portableHashing, utf8 } from "@kolm/format";
import { words } from "../read/markdown.ts";
import type { Document, Meta, Range, Section } from "../read/document.ts";
import { pack } from "./pack.ts";
import { trim } from "./units.ts";

/** A passage; id depends on its file and text only, so editing one passage leaves the ids of the others. */
export type Chunk = Range & {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  /** Exactly the text from start to end, UTF-16 offsets in all the text of the file. */
  readonly text: string;
  /** SHA-256 of text. */
  readonly sha256: string;
  /** What is embedded: title and text without markup. */
  readonly embedded: string;
  /** The document's and the section's, the latter before the former. */
  readonly meta?: Meta;
};

/** Counts the tokens of a text, as the base's tokenizer does. */
export type CountTokens = (text: string) => number;

/** Cuts one document after the other; what it remembers of a file keeps the ids of its twin passages apart. */
export type Chunker = (document: Document) => Chunk[];

/** Passages in document order; each embedded text has at most limit tokens (a single character may have more). */
export function createChunker({ limit, count }: { readonly limit: number; readonly count: CountTokens }): Chunker {
  const twins = new Map<string, number>();
  return (document) =>
    document.sections.flatMap((section) => {
      const title = titleFor(section, limit, count);
      const measure = (range: Range): number => count(embeddedText(document, range, title));
      const ranges = pack(document.text, trim(document.text, section), { limit, measure });
      return ranges.map((range) => chunkOf(document, { section, range, title, twins }));
    });
}

/** As createChunker, for a document that comes whole. */
export function chunkDocument(document: Document, limit: number, count: CountTokens): Chunk[] {
  return createChunker({ limit, count })(document);
}

type Cut = {
  readonly section: Section;
  readonly range: Range;
  readonly title: string;
  readonly twins: Map<string, number>;
};

function chunkOf(document: Document, { section, range, title, twins }: Cut): Chunk {
  const { path, base = 0 } = document;
  const text = document.text.slice(range.start, range.end);
  const sha256 = digest(text);
  const twin = twins.get(`${path}\n${sha256}`) ?? 0;
  twins.set(`${path}\n${sha256}`, twin + 1);
  const meta = { ...document.meta, ...section.meta };
  return {
    id: digest(`kolm/chunk/1\n${path}\n${sha256}\n${twin}`).slice(0, 16),
    source: path,
    title: section.title,
    text,
    sha256,
    embedded: embeddedText(document, range, title),
    start: base + range.start,
    end: base + range.end,
    ...(Object.keys(meta).length > 0 && { meta }),
  };
}

// A title that would take half the room is left out of what is embedded.
function titleFor({ title }: Section, limit: number, count: CountTokens): string {
  return count(title) * 2 > limit ? "" : title;
}

function embeddedText({ text }: Document, { start, end }: Range, title: string): string {
  const body = words(text.slice(start, end));
  return title === "" ? body : `${title}\n${body}`;
}

function digest(text: string): string {
  return digestOf(portableHashing, utf8(text));
}
