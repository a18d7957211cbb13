// This file writes pixels as a PNG (ISO/IEC 15948): one IDAT chunk, each row as differences to its left neighbour.
import { crc32, deflateSync } from "node:zlib";
import type { Pixels } from "@kolm/runtime";

/** RGB of 8 bits a channel; alpha is left out. */
export function png({ width, height, data }: Pixels): Uint8Array {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    const row = y * (1 + width * 3);
    rows[row] = 1;
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const value = data[(y * width + x) * 4 + channel] ?? 0;
        const left = x === 0 ? 0 : (data[(y * width + x - 1) * 4 + channel] ?? 0);
        rows[row + 1 + x * 3 + channel] = (value - left) & 0xff;
      }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
