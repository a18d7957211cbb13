// This file reads a picture's format and size from its first bytes and whether its end is there, before anything is decoded.
import type { PictureFormat } from "../read/options.ts";

/** whole is false where the file ends before the picture does. */
export type Header = {
  readonly format: PictureFormat;
  readonly width: number;
  readonly height: number;
  readonly whole: boolean;
  readonly animated: boolean;
};

/** Undefined when the bytes begin as none of the three formats or end before the size. */
export function readHeader(bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    if (ascii(bytes, 1, 3) === "PNG" && bytes[0] === 0x89) return png(bytes, view);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes, view);
    if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return webp(bytes, view);
    return undefined;
  } catch (error) {
    // DataView's word for an offset outside the bytes.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

// PNG 3rd edition §5.3: length, type, data, CRC; IHDR comes first and IEND last.
function png(bytes: Uint8Array, view: DataView): Header | undefined {
  if (ascii(bytes, 12, 4) !== "IHDR") return undefined;
  let whole = false;
  for (let at = 8; at + 12 <= bytes.length && !whole; at += view.getUint32(at) + 12) {
    whole = ascii(bytes, at + 4, 4) === "IEND";
  }
  return { format: "png", width: view.getUint32(16), height: view.getUint32(20), whole, animated: false };
}

// ITU T.81 annex B: segments up to the frame header SOFn, which is any of C0 to CF but DHT, JPG and DAC.
function jpeg(bytes: Uint8Array, view: DataView): Header | undefined {
  let size: { width: number; height: number } | undefined;
  for (let at = 2; ;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) return size && { format: "jpeg", ...size, whole: hasEnd(bytes, at), animated: false };
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return undefined;
    at += 2 + length;
  }
}

// The end marker EOI, after the scan begins: previews inside earlier segments have ends of their own.
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.lastIndexOf(0xd9); at > from; at = bytes.lastIndexOf(0xd9, at - 1)) {
    if (bytes[at - 1] === 0xff) return true;
  }
  return false;
}

// RFC 9649 §2.5 to §2.7.
function webp(bytes: Uint8Array, view: DataView): Header | undefined {
  const whole = view.getUint32(4, true) + 8 <= bytes.length;
  const kind = ascii(bytes, 12, 4);
  const u24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  if (kind === "VP8X") {
    const animated = (view.getUint8(20) & 2) !== 0;
    return { format: "webp", width: u24(24) + 1, height: u24(27) + 1, whole, animated };
  }
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { format: "webp", width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1, whole, animated: false };
  }
  if (kind !== "VP8 ") return undefined;
  const [width, height] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  return { format: "webp", width, height, whole, animated: false };
}
