// This file compiles the picture decoders from the installed packages, for Node.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { CompiledWasm, PictureFormat } from "@kolm/corpus";

// Node has it; the types of Node 20 leave it to those of a browser.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledWasm> };

const FILES: Readonly<Record<PictureFormat, string>> = {
  jpeg: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  png: "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  webp: "@jsquash/webp/codec/dec/webp_dec.wasm",
};

const compiled = new Map<PictureFormat, Promise<CompiledWasm>>();

/** The compiled decoder of a format; compiled once a process. */
export function pictureDecoder(format: PictureFormat): Promise<CompiledWasm> {
  const module = compiled.get(format) ?? compile(FILES[format]);
  compiled.set(format, module);
  return module;
}

async function compile(file: string): Promise<CompiledWasm> {
  return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(file)));
}
