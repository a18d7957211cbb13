// This file checks the Ed25519 equation in plain JavaScript, for where no library keeps to SPEC.md §9.3.
// It handles public values only, so nothing in it needs to take the same time for every input.
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes } from "../bytes.ts";
import { isStrictEd25519, rawEd25519 } from "../receipt/ed25519.ts";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** A point in extended coordinates (RFC 8032 §5.1.4): x = X/Z, y = Y/Z, x·y = T/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const ZERO: Point = [0n, 1n, 1n, 0n];
const BASE_Y = modulo(4n * power(5n, P - 2n));
const BASE = pointAt(BASE_Y, 0n) ?? ZERO;

/** Ed25519 under the strict policy: canonical encodings, no point of small order, S·B = R + k·A without the cofactor. */
export function verifyEd25519Portable(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = rawEd25519(spki);
  if (key === undefined || !isStrictEd25519(spki, signature)) return false;
  const encoded = integerOf(key);
  const point = pointAt(encoded & (2n ** 255n - 1n), encoded >> 255n);
  if (point === undefined) return false;
  const [r, s] = [signature.subarray(0, 32), integerOf(signature.subarray(32))];
  const k = integerOf(sha512(concatBytes(r, key, message))) % ORDER;
  return equalBytes(encode(sumOf(s, k, negated(point))), r);
}

/** s·B + k·A by doubling once a bit for both. */
function sumOf(s: bigint, k: bigint, point: Point): Point {
  const both = add(BASE, point);
  let sum = ZERO;
  for (let bit = 252n; bit >= 0n; bit -= 1n) {
    sum = add(sum, sum);
    const [ofBase, ofPoint] = [(s >> bit) & 1n, (k >> bit) & 1n];
    if (ofBase === 1n) sum = add(sum, ofPoint === 1n ? both : BASE);
    else if (ofPoint === 1n) sum = add(sum, point);
  }
  return sum;
}

/** The complete addition of RFC 8032 §5.1.4; doubling is its special case. */
function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = modulo((y1 - x1) * (y2 - x2));
  const b = modulo((y1 + x1) * (y2 + x2));
  const c = modulo(2n * D * modulo(t1 * t2));
  const d = modulo(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

function negated([x, y, z, t]: Point): Point {
  return [modulo(-x), y, z, modulo(-t)];
}

/** The point with this y and this sign of x (RFC 8032 §5.1.3); undefined when the curve has none. */
function pointAt(y: bigint, sign: bigint): Point | undefined {
  const [u, v] = [modulo(y * y - 1n), modulo(D * y * y + 1n)];
  let x = modulo(u * power(v, 3n) * power(modulo(u * power(v, 7n)), (P - 5n) / 8n));
  if (modulo(v * x * x - u) !== 0n) x = modulo(x * ROOT_OF_MINUS_ONE);
  if (modulo(v * x * x - u) !== 0n) return undefined;
  if ((x & 1n) !== sign) x = modulo(-x);
  return [x, y, 1n, modulo(x * y)];
}

function encode([x, y, z]: Point): Uint8Array {
  const inverse = power(z, P - 2n);
  let value = modulo(y * inverse) | ((modulo(x * inverse) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(value & 255n);
    value >>= 8n;
    return byte;
  });
}

/** Little-endian. */
function integerOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, modulo(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}
