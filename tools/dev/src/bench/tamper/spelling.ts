// This file spells JSON in ways that mean the same, or nearly, and are not the one form RS-1 takes.
import { assert, utf8 } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { pick } from "./family.ts";

export const MISSPELLINGS = [
  "space",
  "key order",
  "key twice",
  "number form",
  "escape",
  "not UTF-8",
  "surrogate",
  "depth",
  "proto",
] as const;
export type Misspelling = (typeof MISSPELLINGS)[number];

type Hit = { left: number };

/** The canonical value with one fault of this kind at a place chosen by lot; undefined where it has no such place. */
export function misspelt(value: unknown, kind: Misspelling, rng: Rng): Uint8Array | undefined {
  if (kind === "not UTF-8") return broken(spell(value, kind, { rng, hit: { left: -1 } }), rng);
  const places = { left: 0 };
  spell(value, kind, { rng, hit: places });
  if (places.left === 0) return undefined;
  return utf16(spell(value, kind, { rng, hit: { left: 1 + rng.integer(-places.left) } }));
}

/** Text with a lone half of a pair cannot be encoded; it is escaped instead, as a writer of such JSON would. */
function utf16(text: string): Uint8Array {
  return utf8(text.replaceAll(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16)}`));
}

function broken(text: string, rng: Rng): Uint8Array {
  const bytes = utf8(text);
  // A byte order mark within a string would be a character like any other.
  if (rng.integer(6) === 0) return new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]);
  const at = rng.integer(bytes.length + 1);
  const bad = pick(rng, [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]);
  return new Uint8Array([...bytes.subarray(0, at), ...bad, ...bytes.subarray(at)]);
}

type Pen = { readonly rng: Rng; readonly hit: Hit };

/** Counts down to the place that is to be misspelt; below zero it only counts places. */
function strikes({ hit }: Pen): boolean {
  hit.left -= 1;
  return hit.left === 0;
}

function spell(value: unknown, kind: Misspelling, pen: Pen): string {
  if (kind === "depth" && strikes(pen)) return nested(pen.rng);
  if (typeof value === "string") return string(value, kind, pen);
  if (typeof value === "number")
    return kind === "number form" && strikes(pen) ? numberForm(value, pen.rng) : String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const gap = kind === "space" && strikes(pen) ? pick(pen.rng, [" ", "\n", "\t", "\r\n", "  "]) : "";
  if (Array.isArray(value)) return `[${gap}${value.map((one: unknown) => spell(one, kind, pen)).join(",")}]`;
  return `{${gap}${entries(value, kind, pen).join(",")}}`;
}

function entries(value: object, kind: Misspelling, pen: Pen): string[] {
  const spelt = Object.keys(value)
    .sort()
    .map((key) => `${string(key, kind, pen)}:${spell(Reflect.get(value, key), kind, pen)}`);
  if (kind === "proto" && strikes(pen)) return ['"__proto__":{}', ...spelt];
  if (kind === "key twice" && spelt.length > 0 && strikes(pen)) return [pick(pen.rng, spelt), ...spelt];
  if (kind === "key order" && spelt.length > 1 && strikes(pen)) {
    const [first, ...rest] = spelt;
    assert(first !== undefined, "there are at least two");
    rest.splice(1 + pen.rng.integer(rest.length), 0, first);
    return rest;
  }
  return spelt;
}

function string(text: string, kind: Misspelling, pen: Pen): string {
  const plain = JSON.stringify(text);
  if (kind === "surrogate" && strikes(pen))
    return `${plain.slice(0, -1)}${String.fromCharCode(0xd800 + pen.rng.integer(0x800))}"`;
  if (kind !== "escape" || text.length === 0 || !strikes(pen)) return plain;
  const at = pen.rng.integer(text.length);
  const code = text.charCodeAt(at).toString(16).padStart(4, "0");
  const escaped = text[at] === "/" ? pick(pen.rng, ["\\/", `\\u${code}`]) : `\\u${code}`;
  return `${JSON.stringify(text.slice(0, at)).slice(0, -1)}${escaped}${JSON.stringify(text.slice(at + 1)).slice(1)}`;
}

function numberForm(value: number, rng: Rng): string {
  return pick(rng, [
    `${value}.0`,
    `${value}e0`,
    `${value}E+0`,
    `0${value}`,
    `+${value}`,
    `-0`,
    `${value}.${rng.integer(1000)}5`,
    `9007199254740993`,
    `1e400`,
    "NaN",
  ]);
}

/** 65 levels and more, whatever stands around them. */
function nested(rng: Rng): string {
  const depth = 64 + rng.integer(40);
  return rng.integer(2) === 0
    ? `${"[".repeat(depth + 1)}${"]".repeat(depth + 1)}`
    : `${'{"a":'.repeat(depth)}{}${"}".repeat(depth)}`;
}
