// This file reads uncompressed bitmaps (BMP) of 24 bits a pixel, which some of the test photos are.
import type { Pixels } from "@kolm/runtime";

export function readBitmap(bytes: Uint8Array): Pixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, width, signed] = [view.getUint32(10, true), view.getInt32(18, true), view.getInt32(22, true)];
  if (view.getUint16(28, true) !== 24) throw new Error(`a bitmap has ${view.getUint16(28, true)} bits a pixel, not 24`);
  const height = Math.abs(signed);
  const stride = (width * 3 + 3) & ~3;
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    // A positive height means that rows come from the bottom.
    const row = start + (signed > 0 ? height - 1 - y : y) * stride;
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        data[(y * width + x) * 4 + channel] = bytes[row + x * 3 + 2 - channel] ?? 0;
  }
  return { width, height, data };
}
