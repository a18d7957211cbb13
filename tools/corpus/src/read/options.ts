// This file defines how a caller bounds and steers reading.
import type { KolmError } from "@kolm/format";

/** Columns of a table, or keys of a JSON row, by the part they play; without text every other column is text. */
export type RowColumns = {
  readonly title?: readonly string[];
  readonly text?: readonly string[];
  readonly meta?: readonly string[];
};

export type PictureFormat = "jpeg" | "png" | "webp";

/** A WebAssembly.Module; spelled so since the pure packages know no platform. */
export type CompiledWasm = object;

/** Gives the compiled decoder of a format, so that Node and browsers decode with the same code. */
export type PictureDecoder = (format: PictureFormat) => Promise<CompiledWasm>;

export type ReadOptions = {
  /** Bytes. Absent: 32 MiB for kinds that are read whole, no bound for streamed ones; given: holds for every kind. */
  readonly largestFile?: number;
  /** Of a picture, looked up before it is decoded; 50 million when absent. */
  readonly mostPixels?: number;
  readonly rows?: RowColumns;
  readonly pictureDecoder?: PictureDecoder;
  /** Given: a broken row or message is told here and left out; absent: it is thrown. */
  readonly damaged?: (error: KolmError) => void;
  /** An AbortSignal. */
  readonly signal?: { throwIfAborted(): void };
};

/** Bytes of a file that is read whole, and UTF-16 units of the text that may come out of a packed one. */
export const LARGEST_WHOLE = 32 << 20;
