// This file reads a corpus file of any known kind, choosing the reader by the file's ending.
import { readCalendar } from "../calendar/ics.ts";
import { decodeHtml, readHtml } from "../html/html.ts";
import { readMailbox } from "../mail/mbox.ts";
import { readMessage } from "../mail/message.ts";
import { readPdf } from "../pdf/pdf.ts";
import { readPicture } from "../picture/picture.ts";
import { readTable } from "../rows/csv.ts";
import { readJson, readJsonLines } from "../rows/json.ts";
import { readWav } from "../sound/wav.ts";
import { decodeText } from "../text/decode.ts";
import { decodeStream } from "../text/stream.ts";
import { readWord } from "../word/docx.ts";
import { type Content, piecesOf, wholeOf } from "./content.ts";
import type { Document, Found } from "./document.ts";
import { tooLarge, unreadable } from "./failure.ts";
import { readMarkdown } from "./markdown.ts";
import { LARGEST_WHOLE, type ReadOptions } from "./options.ts";
import { readPlain, readPlainStream } from "./plain.ts";

const MOST_PIXELS = 50_000_000;

type Reader = (path: string, content: Content, options: ReadOptions) => AsyncGenerator<Found>;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ...ends(
    "md markdown",
    wholeText((path, bytes) => readMarkdown(path, decodeText(path, bytes))),
  ),
  ...ends(
    "html htm xhtml",
    wholeText((path, bytes) => readHtml(path, decodeHtml(path, bytes))),
  ),
  ...ends("pdf", wholeText(readPdf)),
  ...ends("docx", wholeText(readWord)),
  ...ends(
    "ics",
    wholeText((path, bytes) => readCalendar(path, decodeText(path, bytes))),
  ),
  ...ends(
    "eml",
    wholeText((path, bytes) => readMessage(path, bytes, 1)),
  ),
  ...ends("json", readJsonFile),
  ...ends("txt text", streamed(readPlainStream)),
  ...ends("csv tsv", streamed(readTable)),
  ...ends("jsonl ndjson", streamed(readJsonLines)),
  ...ends("mbox", readMailboxFile),
  ...ends("png jpg jpeg webp", readPictureFile),
  ...ends("wav", readWavFile),
]);

/** The endings that can be read, without their dots. */
export const KINDS: readonly string[] = [...READERS.keys()];

/** Whether the file's ending is one of KINDS, in any case. */
export function isReadable(path: string): boolean {
  return READERS.has(ending(path));
}

/** What the file holds, in order; KolmError CORPUS_UNREADABLE or CORPUS_TOO_LARGE names the file and, in tables, the line. */
export async function* readCorpusFile(
  path: string,
  content: Content,
  options: ReadOptions = {},
): AsyncGenerator<Found> {
  const reader = READERS.get(ending(path));
  if (reader === undefined) throw unknownKind(path, KINDS);
  yield* reader(path, content, options);
}

/** A Markdown, HTML or plain text file at once. */
export function readDocument(path: string, bytes: Uint8Array): Document {
  const kind = ending(path);
  if (bytes.length > LARGEST_WHOLE) {
    const found = `has ${bytes.length} bytes, at most ${LARGEST_WHOLE} are read`;
    throw tooLarge({ file: path }, found, "Split the file.");
  }
  if (kind === "md" || kind === "markdown") return readMarkdown(path, decodeText(path, bytes));
  if (kind === "html" || kind === "htm" || kind === "xhtml") return readHtml(path, decodeHtml(path, bytes));
  if (kind === "txt" || kind === "text") return readPlain(path, decodeText(path, bytes));
  throw unknownKind(path, ["md", "markdown", "html", "htm", "xhtml", "txt", "text"]);
}

function ending(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}

function unknownKind(path: string, kinds: readonly string[]): Error {
  const hint = `Readable kinds: ${kinds.map((kind) => `.${kind}`).join(", ")}. Convert the file or take it out.`;
  return unreadable({ file: path }, "its kind is not known", hint);
}

function ends(endings: string, reader: Reader): (readonly [string, Reader])[] {
  return endings.split(" ").map((end) => [end, reader] as const);
}

type ReadWhole = (path: string, bytes: Uint8Array, options: ReadOptions) => Document | Promise<Document>;

function wholeText(read: ReadWhole): Reader {
  return async function* (path, content, options) {
    const document = await read(path, await wholeOf(path, content, options), options);
    yield { kind: "text", ...document };
  };
}

type ReadStream = (path: string, texts: AsyncIterable<string>, options: ReadOptions) => AsyncIterable<Document>;

function streamed(read: ReadStream): Reader {
  return (path, content, options) => texts(read(path, decodeStream(path, piecesOf(path, content, options)), options));
}

async function* texts(documents: AsyncIterable<Document>): AsyncGenerator<Found> {
  for await (const document of documents) yield { kind: "text", ...document };
}

function readMailboxFile(path: string, content: Content, options: ReadOptions): AsyncGenerator<Found> {
  return texts(readMailbox(path, piecesOf(path, content, options), options));
}

async function* readJsonFile(path: string, content: Content, options: ReadOptions): AsyncGenerator<Found> {
  yield* texts(readJson(path, decodeText(path, await wholeOf(path, content, options)), options));
}

async function* readPictureFile(path: string, content: Content, options: ReadOptions): AsyncGenerator<Found> {
  const { mostPixels = MOST_PIXELS, pictureDecoder } = options;
  if (pictureDecoder === undefined) {
    throw unreadable({ file: path }, "no decoder of pictures was given", "Pass pictureDecoder, or take the file out.");
  }
  const bytes = await wholeOf(path, content, options);
  yield { kind: "image", ...(await readPicture(path, bytes, { mostPixels, pictureDecoder })) };
}

async function* readWavFile(path: string, content: Content, options: ReadOptions): AsyncGenerator<Found> {
  yield { kind: "audio", ...readWav(path, await wholeOf(path, content, options)) };
}
