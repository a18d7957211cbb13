// This file states which Ed25519 keys and signatures are even considered, before any library checks the equation.
// SPEC.md §9.3; libraries differ on the encodings refused here.
import { concatBytes, equalBytes, fromHex } from "../bytes.ts";
import { assert } from "../errors.ts";

/** DER SubjectPublicKeyInfo up to the 32 key bytes (RFC 8410 §4). */
const SPKI_PREFIX = known("302a300506032b6570032100");

/** The order of the base point, little-endian: S must be below it or every signature had a twin. */
const ORDER = known("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
/** 2^255 - 19, little-endian: a y at or above it is a second spelling. */
const FIELD = known("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/** The y of all eight points of small order; both signs of x are refused. */
const SMALL_ORDER_Y = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(known);

/** Whether key and signature are in the one encoding RS-1 takes: S < L, canonical A and R, neither of small order. */
export function isStrictEd25519(spki: Uint8Array, signature: Uint8Array): boolean {
  const key = rawEd25519(spki);
  if (key === undefined || signature.length !== 64) return false;
  return isStrictPoint(key) && isStrictPoint(signature.subarray(0, 32)) && isBelow(signature.subarray(32), ORDER);
}

/** DER SubjectPublicKeyInfo of a raw 32-byte public key. */
export function ed25519Spki(raw: Uint8Array): Uint8Array {
  assert(raw.length === 32, "an Ed25519 public key has 32 bytes");
  return concatBytes(SPKI_PREFIX, raw);
}

/** The raw key in a DER SubjectPublicKeyInfo; undefined when it is no Ed25519 key. */
export function rawEd25519(spki: Uint8Array): Uint8Array | undefined {
  if (spki.length !== 44 || !equalBytes(spki.subarray(0, 12), SPKI_PREFIX)) return undefined;
  return spki.subarray(12);
}

function isStrictPoint(encoded: Uint8Array): boolean {
  const y = encoded.slice();
  y[31] = (y[31] ?? 0) & 0x7f;
  return isBelow(y, FIELD) && !SMALL_ORDER_Y.some((small) => equalBytes(small, y));
}

function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let at = 31; at >= 0; at -= 1) {
    const difference = (value[at] ?? 0) - (limit[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function known(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== undefined, "the constant is hex");
  return bytes;
}
