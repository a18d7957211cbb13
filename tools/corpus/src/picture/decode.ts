// This file decodes pictures with the WebAssembly codecs of jSquash, whose pixels are the same in Node and browsers.
import type { CompiledWasm, PictureFormat } from "../read/options.ts";

/** RGBA of 8 bits, rows from the top. */
export type Pixels = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

type ImageData = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

type Codec = {
  /** Makes an instance of the compiled decoder. */
  readonly init: (wasm: CompiledWasm) => Promise<unknown>;
  readonly decode: (bytes: ArrayBuffer) => Promise<ImageData>;
};

// The modules keep their instance for themselves: they are loaded once, and an instance that failed is replaced.
const ready = new Map<PictureFormat, Promise<Codec>>();

/** Throws the codec's own error when the bytes are no whole picture. */
export async function decodePixels(format: PictureFormat, bytes: Uint8Array, wasm: CompiledWasm): Promise<Pixels> {
  const codec = await (ready.get(format) ?? start(format, wasm));
  try {
    const { width, height, data } = await codec.decode(bytes.slice().buffer);
    // A copy: the codec's memory is used again by the next picture.
    return { width, height, pixels: new Uint8Array(data) };
  } catch (error) {
    ready.delete(format);
    throw error;
  }
}

function start(format: PictureFormat, wasm: CompiledWasm): Promise<Codec> {
  const codec = LOAD[format]().then(async (loaded) => {
    await loaded.init(wasm);
    return loaded;
  });
  ready.set(format, codec);
  return codec;
}

/** The codecs print what is wrong with a picture; the error that follows says it too. */
const SILENT = { print: () => {}, printErr: () => {} };

// The codecs' types name the browser's WebAssembly.Module and ImageData, which a pure package does not see, and leave out
// the second parameter of init.
type Init = (wasm: CompiledWasm, options?: object) => Promise<unknown>;

const LOAD: Readonly<Record<PictureFormat, () => Promise<Codec>>> = {
  jpeg: async () => {
    const { default: decode, init } = await import("@jsquash/jpeg/decode.js");
    const start = init as Init;
    return { init: (wasm) => start(wasm, SILENT), decode: (bytes) => decode(bytes, { preserveOrientation: true }) };
  },
  png: async () => {
    const { default: decode, init } = await import("@jsquash/png/decode.js");
    const start = init as Init;
    return { init: (wasm) => start(wasm), decode: (bytes) => decode(bytes) };
  },
  webp: async () => {
    const { default: decode, init } = await import("@jsquash/webp/decode.js");
    const start = init as Init;
    return { init: (wasm) => start(wasm, SILENT), decode: (bytes) => decode(bytes) };
  },
};
