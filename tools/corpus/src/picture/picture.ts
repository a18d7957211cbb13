// This file reads pictures (PNG, JPEG, WebP) into upright RGBA pixels, after their header was found within bounds.
import { digestOf, portableHashing } from "@kolm/format";
import { nameInWords, type Picture } from "../read/document.ts";
import { reason, tooLarge, unreadable } from "../read/failure.ts";
import type { PictureDecoder } from "../read/options.ts";
import { decodePixels, type Pixels } from "./decode.ts";
import { readHeader } from "./header.ts";

export type PictureOptions = { readonly mostPixels: number; readonly pictureDecoder: PictureDecoder };

/** The format follows from the bytes, whatever the file's ending says. */
export async function readPicture(path: string, bytes: Uint8Array, options: PictureOptions): Promise<Picture> {
  const place = { file: path };
  const resave = "Save the picture again, or take it out.";
  const header = readHeader(bytes);
  if (header === undefined || header.width < 1 || header.height < 1) {
    throw unreadable(place, "it does not begin as a PNG, JPEG or WebP picture", resave);
  }
  const { width, height, format } = header;
  if (width * height > options.mostPixels) {
    const found = `is a picture of ${width} × ${height} pixels, at most ${options.mostPixels} pixels are read`;
    throw tooLarge(place, found, "Scale it down.");
  }
  if (header.animated) throw unreadable(place, "it is an animation", "Save one picture of it.");
  if (!header.whole) throw unreadable(place, `the ${format} picture is cut short: its end is missing`, resave);
  const pixels = await decode(path, bytes, { format, pictureDecoder: options.pictureDecoder });
  // Turned by its orientation, a picture's sides may have changed places.
  if (pixels.width * pixels.height !== width * height) {
    throw unreadable(
      place,
      `its header says ${width} × ${height}, it holds ${pixels.width} × ${pixels.height} pixels`,
      resave,
    );
  }
  const meta = { width: pixels.width, height: pixels.height, format };
  return { path, title: nameInWords(path), sha256: digestOf(portableHashing, bytes), ...pixels, meta };
}

type Decoding = Pick<PictureOptions, "pictureDecoder"> & { readonly format: Parameters<PictureDecoder>[0] };

async function decode(path: string, bytes: Uint8Array, { format, pictureDecoder }: Decoding): Promise<Pixels> {
  const wasm = await pictureDecoder(format);
  try {
    return await decodePixels(format, bytes, wasm);
  } catch (error) {
    const found = `the ${format} picture is broken: ${reason(error)}`;
    throw unreadable({ file: path }, found, "Save the picture again, or take it out.");
  }
}
