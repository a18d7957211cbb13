// This file makes small files of every kind for the tests of readers, and reads them.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Document, type Found, readCorpusFile, type ReadOptions } from "@kolm/corpus";
import { pictureDecoder } from "@kolm/corpus/node";
import { strToU8, zipSync } from "fflate";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All that a file gives, text or bytes. */
export async function readAll(path: string, content: string | Uint8Array, options: ReadOptions = {}): Promise<Found[]> {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  const found: Found[] = [];
  for await (const one of readCorpusFile(path, bytes, { pictureDecoder, ...options })) found.push(one);
  return found;
}

/** The one text of a file. */
export async function readText(
  path: string,
  content: string | Uint8Array,
  options: ReadOptions = {},
): Promise<Document> {
  const [found, more] = await readAll(path, content, options);
  if (found?.kind !== "text" || more !== undefined) throw new Error(`${path} is not one text`);
  return found;
}

/** Title and text of each section. */
export function sectionsOf({ text, sections }: Document): [string, string][] {
  return sections.map(({ title, start, end }) => [title, text.slice(start, end).trim()]);
}

/** A PDF whose pages hold lines of text; the first entry of the outline, when titled, leads to the second page. */
export function pdf(
  pages: readonly (readonly string[])[],
  { title = "", outline = "", contents = (body: string) => body } = {},
): Uint8Array {
  const kids = pages.map((_, at) => `${6 + 2 * at} 0 R`).join(" ");
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${outline && "/Outlines 4 0 R"} >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    outline ? "<< /First 5 0 R /Last 5 0 R /Count 1 >>" : "<< >>",
    outline ? `<< /Title (${outline}) /Parent 4 0 R /Dest [8 0 R /Fit] >>` : `<< /Title (${title}) >>`,
  ];
  for (const [at, lines] of pages.entries()) {
    const body = contents(
      `BT /F1 12 Tf 72 720 Td ${lines.map((line) => `(${line}) Tj 0 ${line ? -14 : -40} Td`).join(" ")} ET`,
    );
    const page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>";
    objects.push(
      `<< ${page} /Contents ${7 + 2 * at} 0 R >>`,
      `<< /Length ${body.length} >>\nstream\n${body}\nendstream`,
    );
  }
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  const trailer = `trailer << /Size ${objects.length + 1} /Root 1 0 R ${outline ? "" : "/Info 5 0 R"} >>\nstartxref\n${file.length}\n%%EOF`;
  return bytesOf(file + table + trailer);
}

/** A .docx of the given body; the style "berschrift1" is named heading 1. */
export function docx(body: string, more: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  return zipSync({
    "[Content_Types].xml": strToU8("<Types/>"),
    "word/styles.xml": strToU8(
      '<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>',
    ),
    "docProps/core.xml": strToU8("<cp:coreProperties><dc:title>Terms &amp; more</dc:title></cp:coreProperties>"),
    "word/document.xml": strToU8(`<?xml version="1.0"?><w:document><w:body>${body}</w:body></w:document>`),
    ...more,
  });
}

/** Channel values by frame, each written by `put` in its width. */
export function wav(
  frames: readonly (readonly number[])[],
  { code = 1, bits = 16, rate = 8000 }: { code?: number; bits?: number; rate?: number } = {},
): Uint8Array {
  const channels = frames[0]?.length ?? 1;
  const size = frames.length * channels * (bits / 8);
  const view = new DataView(new ArrayBuffer(44 + size));
  const ascii = (at: number, text: string): void =>
    bytesOf(text).forEach((byte, step) => view.setUint8(at + step, byte));
  ascii(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  ascii(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, code, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, (rate * channels * bits) / 8, true);
  view.setUint16(32, (channels * bits) / 8, true);
  view.setUint16(34, bits, true);
  ascii(36, "data");
  view.setUint32(40, size, true);
  for (const [at, value] of frames.flat().entries()) put(view, 44 + at * (bits / 8), { value, bits, code });
  return new Uint8Array(view.buffer);
}

function put(view: DataView, at: number, { value, bits, code }: { value: number; bits: number; code: number }): void {
  if (code === 3 && bits === 32) view.setFloat32(at, value, true);
  else if (code === 3) view.setFloat64(at, value, true);
  else if (bits === 8) view.setUint8(at, value);
  else if (bits === 16) view.setInt16(at, value, true);
  else if (bits === 24) [0, 8, 16].forEach((shift, step) => view.setUint8(at + step, (value >> shift) & 255));
  else view.setInt32(at, value, true);
}

type Rgba = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** Pixels by a function of their place. */
export function rgba(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Rgba {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at++) data.set([...colour(at % width, Math.floor(at / width)), 255], at * 4);
  return { width, height, data };
}

const ENCODERS = {
  jpeg: {
    load: () => import("@jsquash/jpeg/encode.js"),
    wasm: "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm",
    options: {},
  },
  png: {
    load: () => import("@jsquash/png/encode.js"),
    wasm: "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
    options: {},
  },
  webp: {
    load: () => import("@jsquash/webp/encode.js"),
    wasm: "@jsquash/webp/codec/enc/webp_enc_simd.wasm",
    options: { lossless: 1, exact: 1 },
  },
} as const;

// Node 20 has it; its types leave it to those of a browser.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

/** A picture file. The encoders' types ask for a browser's WebAssembly.Module and ImageData, which they do not need. */
export async function picture(format: keyof typeof ENCODERS, pixels: Rgba): Promise<Uint8Array> {
  const { load, wasm, options } = ENCODERS[format];
  const { default: encode, init } = await load();
  const file = await readFile(createRequire(import.meta.url).resolve(wasm));
  await init((await WebAssembly.compile(file)) as never);
  return new Uint8Array(await encode(pixels as never, options));
}
