// This file reads PDF page by page, one section a page, titled by the outline where there is one.
import { type Document, nameInWords, type Section } from "../read/document.ts";
import { reason, tooLarge, unreadable } from "../read/failure.ts";
import { LARGEST_WHOLE, type ReadOptions } from "../read/options.ts";
import { refuseBomb } from "./bomb.ts";
import { refuseUnended } from "./objects.ts";
import { type OutlineEntry, outlineTitles } from "./outline.ts";
import { Page, type TextItem } from "./page.ts";

const MOST_PAGES = 20_000;

type PdfPage = {
  streamTextContent(): { getReader(): TextReader };
  cleanup(): unknown;
};
type TextReader = {
  read(): Promise<{ done: boolean; value?: { readonly items: readonly (TextItem | { readonly type: string })[] } }>;
  cancel(reason: Error): Promise<unknown>;
};

/** What is used of PDF.js's PDFDocumentProxy, whose own types need a browser's. */
export type PdfFile = {
  readonly numPages: number;
  getPage(page: number): Promise<PdfPage>;
  getOutline(): Promise<readonly OutlineEntry[] | null>;
  getDestination(name: string): Promise<readonly unknown[] | null>;
  getPageIndex(place: unknown): Promise<number>;
  getMetadata(): Promise<{ readonly info: object }>;
  readonly loadingTask: { destroy(): Promise<void> };
};

/** Pages without text give no section; offsets count in the text of all pages. */
export async function readPdf(path: string, bytes: Uint8Array, { signal }: ReadOptions): Promise<Document> {
  if (!startsAsPdf(bytes)) throw unreadable({ file: path }, "it does not begin with %PDF-", "Save it as PDF again.");
  refuseUnended(path, bytes);
  refuseBomb(path, bytes);
  const pdf = await open(path, bytes);
  try {
    const titles = await outlineTitles(pdf);
    let title = (await titleOf(pdf)) || nameInWords(path);
    const sections: Section[] = [];
    let text = "";
    for (let page = 1; page <= pdf.numPages; page++) {
      signal?.throwIfAborted();
      title = titles.get(page) ?? title;
      const found = await pageText(pdf, { path, page, room: LARGEST_WHOLE - text.length });
      if (found === "") continue;
      sections.push({ title, start: text.length, end: text.length + found.length, meta: { page } });
      text += `${found}\n\n`;
    }
    if (sections.length > 0) return { path, text, sections };
  } finally {
    await pdf.loadingTask.destroy();
  }
  const hint = "Run text recognition (OCR) over it, for instance: ocrmypdf in.pdf out.pdf";
  throw unreadable({ file: path }, `none of its ${pdf.numPages} pages holds text: they are pictures, or empty`, hint);
}

// Readers forgive up to 1,024 bytes before the header (ISO 32000-1 annex H, note 13).
function startsAsPdf(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 1024)).includes("%PDF-");
}

async function open(path: string, bytes: Uint8Array): Promise<PdfFile> {
  const { getDocumentProxy } = await import("unpdf");
  let pdf: PdfFile;
  try {
    // The library keeps the bytes, so it gets a copy; verbosity 0 is errors only.
    pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0, maxImageSize: 0, useSystemFonts: false });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") {
      throw unreadable({ file: path }, "it is encrypted and asks for a password", "Save it without a password.");
    }
    throw unreadable({ file: path }, `the PDF is broken: ${reason(error)}`, "Print it to a new PDF.");
  }
  if (pdf.numPages <= MOST_PAGES) return pdf;
  await pdf.loadingTask.destroy();
  throw tooLarge({ file: path }, `has ${pdf.numPages} pages, at most ${MOST_PAGES} are read`, "Split the file.");
}

async function titleOf(pdf: PdfFile): Promise<string> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const title = "Title" in info ? info.Title : undefined;
  return typeof title === "string" ? title.replace(/\s+/g, " ").trim() : "";
}

type Place = { readonly path: string; readonly page: number; readonly room: number };

async function pageText(pdf: PdfFile, { path, page, room }: Place): Promise<string> {
  const place = { file: path };
  const text = new Page();
  try {
    const loaded = await pdf.getPage(page);
    const reader = loaded.streamTextContent().getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      for (const item of read.value?.items ?? []) if ("str" in item) text.add(item);
      if (text.length <= room) continue;
      await reader.cancel(new Error("enough"));
      throw tooLarge(place, `holds more than ${LARGEST_WHOLE} characters of text`, "Split the file.");
    }
    loaded.cleanup();
  } catch (error) {
    if (error instanceof Error && error.name === "KolmError") throw error;
    throw unreadable(place, `page ${page} is broken: ${reason(error)}`, "Print it to a new PDF.");
  }
  const found = text.finish();
  if (found.includes("\0")) throw unreadable(place, `page ${page} gives NUL characters`, "Print it to a new PDF.");
  return found;
}
