// This file encodes the ZIP records of a container, all integers little-endian. SPEC.md §2.3 to §2.5.
import { concatBytes, utf8 } from "../bytes.ts";
import { needsZip64End, ZIP64_LIMIT } from "./layout.ts";
import type { Layout, Member } from "./layout.ts";

/** A record as its named fields in order, so that a difference can be called by name. */
export type ZipRecord = readonly Field[];
type Field = { readonly name: string; readonly bytes: Uint8Array };

export const SIGNATURES = {
  local: 0x0403_4b50,
  central: 0x0201_4b50,
  end: 0x0605_4b50,
  zip64End: 0x0606_4b50,
  zip64Locator: 0x0706_4b50,
} as const;

export const ZIP64_EXTRA_ID = 0x0001;
const ALIGN_EXTRA_ID = 0xd935;
/** 1980-01-01, the earliest date ZIP can hold: a container has no clock in it. */
const DATE = 0x0021;
const PLAIN_VERSION = 10;
const ZIP64_VERSION = 45;

/** Local file header with name and padding: all bytes from the member's offset to its data. */
export function localHeader(member: Member): ZipRecord {
  const wide = member.size >= ZIP64_LIMIT;
  const extra = [
    ...(wide ? zip64Extra([member.size, member.size]) : []),
    ...(member.align === 0 ? [] : alignExtra(member)),
  ];
  return [
    u32("signature", SIGNATURES.local),
    u16("version", wide ? ZIP64_VERSION : PLAIN_VERSION),
    ...sharedFields(member),
    u16("extra length", lengthOf(extra)),
    { name: "name", bytes: utf8(member.path) },
    ...extra,
  ];
}

/** Central directory record of one member. */
export function centralRecord(member: Member): ZipRecord {
  const { size, offset } = member;
  const wide = [...(size >= ZIP64_LIMIT ? [size, size] : []), ...(offset >= ZIP64_LIMIT ? [offset] : [])];
  const extra = wide.length === 0 ? [] : zip64Extra(wide);
  const version = wide.length === 0 ? PLAIN_VERSION : ZIP64_VERSION;
  return [
    u32("signature", SIGNATURES.central),
    u16("made-by version", version),
    u16("needed version", version),
    ...sharedFields(member),
    u16("extra length", lengthOf(extra)),
    u16("comment length", 0),
    u16("disk", 0),
    u16("internal attributes", 0),
    u32("external attributes", 0),
    u32("offset", Math.min(offset, ZIP64_LIMIT)),
    { name: "name", bytes: utf8(member.path) },
    ...extra,
  ];
}

/** The end of the file: ZIP64 end record and locator where needed, then the end record. */
export function endRecords(layout: Layout): ZipRecord {
  const { directoryOffset, directorySize, members } = layout;
  return [
    ...(needsZip64End(layout) ? zip64End(layout) : []),
    u32("signature", SIGNATURES.end),
    u16("disk", 0),
    u16("directory disk", 0),
    u16("count on disk", members.length),
    u16("count", members.length),
    u32("directory size", directorySize),
    u32("directory offset", Math.min(directoryOffset, ZIP64_LIMIT)),
    u16("comment length", 0),
  ];
}

export function encodeRecord(record: ZipRecord): Uint8Array {
  return concatBytes(...record.map((field) => field.bytes));
}

/** The name of the field that holds a byte of the record. */
export function fieldAt(record: ZipRecord, at: number): string {
  let end = 0;
  for (const field of record) {
    end += field.bytes.length;
    if (at < end) return field.name;
  }
  return "length";
}

function sharedFields({ path, size, crc32 }: Member): Field[] {
  const stored = Math.min(size, ZIP64_LIMIT);
  return [
    u16("flags", 0),
    u16("method", 0),
    u16("time", 0),
    u16("date", DATE),
    u32("CRC-32", crc32),
    u32("stored size", stored),
    u32("size", stored),
    u16("name length", path.length),
  ];
}

function zip64End({ directoryOffset, directorySize, members }: Layout): Field[] {
  return [
    u32("ZIP64 signature", SIGNATURES.zip64End),
    u64("ZIP64 record size", 44),
    u16("ZIP64 made-by version", ZIP64_VERSION),
    u16("ZIP64 needed version", ZIP64_VERSION),
    u32("ZIP64 disk", 0),
    u32("ZIP64 directory disk", 0),
    u64("ZIP64 count on disk", members.length),
    u64("ZIP64 count", members.length),
    u64("ZIP64 directory size", directorySize),
    u64("ZIP64 directory offset", directoryOffset),
    u32("ZIP64 locator signature", SIGNATURES.zip64Locator),
    u32("ZIP64 locator disk", 0),
    u64("ZIP64 locator offset", directoryOffset + directorySize),
    u32("ZIP64 locator disks", 1),
  ];
}

function zip64Extra(values: readonly number[]): Field[] {
  const sizes = values.map((value) => u64("ZIP64 extra", value));
  return [u16("ZIP64 extra", ZIP64_EXTRA_ID), u16("ZIP64 extra", values.length * 8), ...sizes];
}

function alignExtra({ align, pad }: Member): Field[] {
  return [
    u16("alignment extra", ALIGN_EXTRA_ID),
    u16("alignment extra", 2 + pad),
    u16("alignment extra", align),
    { name: "padding", bytes: new Uint8Array(pad) },
  ];
}

function lengthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + field.bytes.length, 0);
}

function u16(name: string, value: number): Field {
  return { name, bytes: Uint8Array.of(value & 255, value >>> 8) };
}

function u32(name: string, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return { name, bytes };
}

function u64(name: string, value: number): Field {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return { name, bytes };
}
