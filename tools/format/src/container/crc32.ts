// This file computes the CRC-32 of ZIP (ISO 3309, reflected polynomial 0xEDB88320) in plain JavaScript.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of bytes as an unsigned integer, going on from an earlier value. */
export function crc32(bytes: Uint8Array, from = 0): number {
  let value = ~from;
  for (const byte of bytes) value = (value >>> 8) ^ (TABLE[(value ^ byte) & 255] ?? 0);
  return ~value >>> 0;
}
