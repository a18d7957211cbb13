// This file decodes the end records and the central directory of a container. SPEC.md §2.7, steps 1 to 3.
import { accept, refuse } from "../verdict.ts";
import { MAX_DIRECTORY_SIZE, MAX_FILE_SIZE, MAX_MEMBERS } from "./limits.ts";
import { END_SIZE, ZIP64_END_SIZE, ZIP64_LIMIT } from "./layout.ts";
import { SIGNATURES, ZIP64_EXTRA_ID } from "./records.ts";
import type { Outcome } from "../verdict.ts";
import type { MemberFacts } from "./layout.ts";
import type { ByteSource } from "./source.ts";

/** Where the directory says it stands. */
export type End = { readonly count: number; readonly directoryOffset: number; readonly directorySize: number };
/** A member as its directory record states it. */
export type Listed = MemberFacts & { readonly offset: number };

/** Finds the end record at its one place and follows ZIP64 only where the 32-bit fields are saturated. */
export async function readEnd(source: ByteSource): Promise<Outcome<End>> {
  if (source.size > MAX_FILE_SIZE)
    return refuse("E_LIMIT", "file", `The file has ${source.size} bytes, at most 1 TiB is allowed.`);
  if (source.size < END_SIZE)
    return refuse("E_EOCD", "file", `The file has ${source.size} bytes, too few for an artifact.`);
  const end = view(await source.read(source.size - END_SIZE, END_SIZE));
  if (end.getUint32(0, true) !== SIGNATURES.end || end.getUint16(20, true) !== 0) {
    return refuse(
      "E_EOCD",
      "end record",
      "The file does not end with an end record: it is cut short, extended, or no artifact.",
    );
  }
  const stated = {
    count: end.getUint16(10, true),
    directorySize: end.getUint32(12, true),
    directoryOffset: end.getUint32(16, true),
  };
  const saturated =
    stated.count === 0xffff || stated.directorySize === ZIP64_LIMIT || stated.directoryOffset === ZIP64_LIMIT;
  const found = saturated ? await readZip64End(source) : accept(stated);
  return found.ok
    ? checkEnd(found.value, { tail: END_SIZE + (saturated ? ZIP64_END_SIZE : 0), size: source.size })
    : found;
}

/** Decodes exactly `count` records that fill the directory. */
export function parseDirectory(bytes: Uint8Array, count: number): Outcome<readonly Listed[]> {
  const members: Listed[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const record = parseRecord(bytes, at);
    if (record === undefined) {
      return refuse("E_DIRECTORY", "directory", `Record ${index} of the directory, at its byte ${at}, is malformed.`);
    }
    members.push(record.member);
    at = record.end;
  }
  if (at === bytes.length) return accept(members);
  const rest = bytes.length - at;
  return refuse(
    "E_DIRECTORY",
    "directory",
    `The directory has ${rest} bytes beyond the ${count} records the end record counts.`,
  );
}

async function readZip64End(source: ByteSource): Promise<Outcome<End>> {
  const at = source.size - END_SIZE - ZIP64_END_SIZE;
  const missing = refuse(
    "E_ZIP64",
    "end record",
    "The end record points to ZIP64 records that are not at their place.",
  );
  if (at < 0) return missing;
  const bytes = view(await source.read(at, ZIP64_END_SIZE));
  const signed =
    bytes.getUint32(0, true) === SIGNATURES.zip64End && bytes.getUint32(56, true) === SIGNATURES.zip64Locator;
  if (!signed || bytes.getBigUint64(64, true) !== BigInt(at)) return missing;
  const [count, directorySize, directoryOffset] = [32, 40, 48].map((field) => safe(bytes.getBigUint64(field, true)));
  if (count === undefined || directorySize === undefined || directoryOffset === undefined) {
    return refuse("E_LIMIT", "end record", "The ZIP64 end record states sizes beyond 1 TiB.");
  }
  return accept({ count, directorySize, directoryOffset });
}

function checkEnd(end: End, { tail, size }: { tail: number; size: number }): Outcome<End> {
  if (end.count < 1 || end.count > MAX_MEMBERS) {
    return refuse(
      "E_LIMIT",
      "end record",
      `The end record counts ${end.count} members, 1 to ${MAX_MEMBERS} are allowed.`,
    );
  }
  if (end.directorySize > MAX_DIRECTORY_SIZE) {
    return refuse("E_LIMIT", "directory", `The directory has ${end.directorySize} bytes, at most 1 MiB is allowed.`);
  }
  if (end.directoryOffset + end.directorySize + tail === size) return accept(end);
  const stated = `The directory of ${end.directorySize} bytes at ${end.directoryOffset}`;
  return refuse("E_TILE", "directory", `${stated} does not end where the end records begin, at ${size - tail}.`);
}

function parseRecord(bytes: Uint8Array, at: number): { member: Listed; end: number } | undefined {
  if (at + 46 > bytes.length) return undefined;
  const record = view(bytes.subarray(at));
  if (record.getUint32(0, true) !== SIGNATURES.central || record.getUint16(32, true) !== 0) return undefined;
  const extraAt = 46 + record.getUint16(28, true);
  const end = extraAt + record.getUint16(30, true);
  if (at + end > bytes.length) return undefined;
  const [size, offset] = [record.getUint32(24, true), record.getUint32(42, true)];
  const wide = wideFields(bytes.subarray(at + extraAt, at + end), { size, offset });
  if (wide === undefined) return undefined;
  const path = latin1(bytes.subarray(at + 46, at + extraAt));
  return { member: { path, crc32: record.getUint32(16, true), ...wide }, end: at + end };
}

/** Size and offset, from the ZIP64 extra field exactly where the 32-bit ones are saturated. */
function wideFields(
  extra: Uint8Array,
  { size, offset }: { size: number; offset: number },
): { size: number; offset: number } | undefined {
  const length = (size === ZIP64_LIMIT ? 16 : 0) + (offset === ZIP64_LIMIT ? 8 : 0);
  if (length === 0) return extra.length === 0 ? { size, offset } : undefined;
  const fields = view(extra);
  if (extra.length !== 4 + length) return undefined;
  if (fields.getUint16(0, true) !== ZIP64_EXTRA_ID || fields.getUint16(2, true) !== length) return undefined;
  const wideSize = size === ZIP64_LIMIT ? safe(fields.getBigUint64(4, true)) : size;
  const wideOffset = offset === ZIP64_LIMIT ? safe(fields.getBigUint64(length - 4, true)) : offset;
  return wideSize === undefined || wideOffset === undefined ? undefined : { size: wideSize, offset: wideOffset };
}

function safe(value: bigint): number | undefined {
  return value <= BigInt(MAX_FILE_SIZE) ? Number(value) : undefined;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
