// This file writes JSON in the one form of RFC 8785 (JCS), reading back only bytes that are already in it. SPEC.md §3.
import { firstDifference, fromUtf8, utf8 } from "./bytes.ts";
import { KolmError } from "./errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deepest nesting of arrays and objects a canonical document may have. */
const MAX_JSON_DEPTH = 64;

/**
 * The RFC 8785 text of a value; object properties that are undefined are left out, as JSON.stringify does.
 *
 * @throws KolmError E_JSON for what JSON cannot hold: NaN, lone surrogates, functions, bigint, cycles.
 */
export function canonicalJson(value: unknown): string {
  return encode(value, 0);
}

/** The UTF-8 bytes of canonicalJson. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8(encode(value, 0));
}

export type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string };

/**
 * Reads bytes that must be their own canonical form, with safe integers only (fractions are decimal strings), no key
 * `__proto__`, no lone surrogates and at most 64 levels. SPEC.md §3.
 */
export function parseCanonical(bytes: Uint8Array): Parsed {
  const text = fromUtf8(bytes);
  if (text === undefined) return { ok: false, reason: "is not UTF-8" };
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // JSON.parse gives exactly the values of Json
  } catch {
    return { ok: false, reason: "is not JSON" };
  }
  const fault = faultIn(value, 1);
  if (fault !== undefined) return { ok: false, reason: fault };
  const at = firstDifference(bytes, canonicalBytes(value));
  if (at >= 0) return { ok: false, reason: `is not in canonical form (RFC 8785) from byte ${at} on` };
  return { ok: true, value };
}

function encode(value: unknown, depth: number): string {
  if (depth > 512)
    throw new KolmError("E_JSON", "a value nested more than 512 levels deep (or in a circle) is not JSON");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return encodeString(value);
  if (typeof value === "number") return encodeNumber(value);
  if (Array.isArray(value)) return `[${value.map((element: unknown) => encode(element, depth + 1)).join(",")}]`;
  if (typeof value === "object") return encodeObject(value, depth);
  throw new KolmError("E_JSON", `a value of type ${typeof value} cannot be written as JSON`);
}

function encodeObject(value: object, depth: number): string {
  const properties: string[] = [];
  // The default sort compares UTF-16 code units, which is the order of RFC 8785 §3.2.3.
  for (const key of Object.keys(value).sort()) {
    const property: unknown = Reflect.get(value, key);
    if (property !== undefined) properties.push(`${encodeString(key)}:${encode(property, depth + 1)}`);
  }
  return `{${properties.join(",")}}`;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new KolmError("E_JSON", `${value} cannot be written as JSON`);
  return JSON.stringify(value);
}

function encodeString(text: string): string {
  if (!isWellFormed(text)) {
    throw new KolmError("E_JSON", `the text ${JSON.stringify(text.slice(0, 40))} holds half of a surrogate pair`, {
      hint: "Such text is not Unicode; remove or replace the broken character.",
    });
  }
  return JSON.stringify(text);
}

/** String.prototype.isWellFormed, which ES2023 does not have: under the u flag only a lone half matches. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function faultIn(value: Json, depth: number): string | undefined {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? undefined : "holds a number that is not a safe integer";
  }
  if (typeof value === "string") return isWellFormed(value) ? undefined : "holds half of a surrogate pair";
  if (value === null || typeof value === "boolean") return undefined;
  if (depth > MAX_JSON_DEPTH) return `is nested more than ${MAX_JSON_DEPTH} levels deep`;
  return faultInside(value, depth);
}

function faultInside(value: readonly Json[] | { readonly [key: string]: Json }, depth: number): string | undefined {
  for (const [key, element] of Object.entries(value)) {
    if (key === "__proto__") return 'holds the key "__proto__"';
    const fault = faultIn(key, depth) ?? faultIn(element, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
