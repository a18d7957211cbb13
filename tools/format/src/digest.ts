// This file defines the cryptography the format needs as a port, with a hashing that runs on any platform.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "./bytes.ts";
import { crc32 } from "./container/crc32.ts";

/** A digest being computed; update may be called any number of times before the one digest. */
export interface Hasher {
  update(bytes: Uint8Array): Hasher;
  digest(): Uint8Array;
}

export interface Hashing {
  sha256(): Hasher;
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** CRC-32 of ZIP, going on from an earlier value; for other tools to read, never for security. */
  crc32(bytes: Uint8Array, from?: number): number;
}

export interface Crypto extends Hashing {
  /** SHA-256 of bytes at hand, for where native code hashes whole buffers only (WebCrypto); chunks are then proved by it. */
  readonly digest?: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** Ed25519 by RFC 8032 under the strict policy of SPEC.md §9.3; `spki` is the DER public key. */
  verifyEd25519(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

/** Hashing in plain JavaScript, for where node:crypto is not; some fifteen times slower than it. */
export const portableHashing: Hashing = {
  sha256: () => sha256.create(),
  hmacSha256: (key, message) => hmac(sha256, key, message),
  crc32,
};

/** SHA-256 of the parts joined. */
export function sha256Of(hashing: Hashing, ...parts: readonly Uint8Array[]): Uint8Array {
  const hasher = hashing.sha256();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** SHA-256 of bytes as lower-case hex. */
export function digestOf(hashing: Hashing, bytes: Uint8Array): string {
  return hex(sha256Of(hashing, bytes));
}

/** HKDF-SHA-256 of RFC 5869 for an output of one block (32 bytes). */
export function hkdf32(
  hashing: Hashing,
  secret: Uint8Array,
  { salt, info }: { salt: Uint8Array; info: Uint8Array },
): Uint8Array {
  const key = hashing.hmacSha256(salt, secret);
  const block = new Uint8Array(info.length + 1);
  block.set(info);
  block[info.length] = 1;
  return hashing.hmacSha256(key, block);
}
