// This file encodes end records and directories that state anything at all, and reads them.
import assert from "node:assert/strict";
import { memorySource, readContainer, utf8 } from "@kolm/format";
import { u16, u32, u64 } from "../../tools/dev/src/bench/tamper/raw-zip.ts";
import type { ByteSource } from "@kolm/format";

export const WIDE = 0xffff_ffff;
export const TIB = 2 ** 40;
export const FRONT = ["mimetype", "manifest.json", "receipt/bundle.json", "index/chunks.bin"];

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

type End = { count: number; size: number; offset: number; comment?: number; signature?: number };
export const end = ({ count, size, offset, comment = 0, signature = 0x06054b50 }: End): Uint8Array =>
  joined(u32(signature), u16(0), u16(0), u16(count), u16(count), u32(size), u32(offset), u16(comment));

export type Wide = { count: number; size: number; offset: number; at: number; signature?: number; locator?: number };
export const zip64 = ({ count, size, offset, at, signature = 0x06064b50, locator = 0x07064b50 }: Wide): Uint8Array =>
  joined(
    u32(signature),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(size),
    u64(offset),
    u32(locator),
    u32(0),
    u64(at),
    u32(1),
  );

export type DirectoryRecord = {
  path: string;
  size?: number;
  offset?: number;
  extra?: Uint8Array;
  comment?: number;
  signature?: number;
};
export const record = ({
  path,
  size = 1,
  offset = 0,
  extra = new Uint8Array(),
  ...rest
}: DirectoryRecord): Uint8Array =>
  joined(
    u32(rest.signature ?? 0x02014b50),
    u16(10),
    u16(10),
    u16(0),
    u16(0),
    u16(0),
    u16(0x21),
    u32(0),
    u32(size),
    u32(size),
    u16(path.length),
    u16(extra.length),
    u16(rest.comment ?? 0),
    u16(0),
    u16(0),
    u32(0),
    u32(offset),
    utf8(path),
    extra,
  );

/** A file that is a directory of these records and nothing else. */
export const listing = (records: readonly Uint8Array[], count = records.length): Uint8Array => {
  const directory = joined(...records);
  return joined(directory, end({ count, size: directory.length, offset: 0 }));
};
export const front = (...records: readonly DirectoryRecord[]): Uint8Array[] =>
  [...FRONT.map((path) => ({ path })), ...records].map((one) => record(one));

export async function findingOn(file: Uint8Array | ByteSource): Promise<{ says: string; detail: string }> {
  const outcome = await readContainer(file instanceof Uint8Array ? memorySource(file) : file);
  assert.ok(!outcome.ok);
  const { code, subject, detail } = outcome.finding;
  assert.match(detail, /^[^.]{4}.*\.$/s);
  return { says: `${code} ${subject}`, detail };
}
export const says = async (file: Uint8Array | ByteSource): Promise<string> => (await findingOn(file)).says;

/** A file of any size that ends so and holds zeros before. */
export const ending = (size: number, tail: Uint8Array): ByteSource => ({
  size,
  read: async (offset, length) => {
    const bytes = new Uint8Array(length);
    const start = size - tail.length;
    for (let at = Math.max(offset, start); at < offset + length; at += 1) bytes[at - offset] = tail[at - start] ?? 0;
    return bytes;
  },
});
