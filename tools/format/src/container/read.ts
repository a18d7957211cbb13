// This file reads a container, accepting the one encoding a writer would make of the same members. SPEC.md §2.7.
import { firstDifference } from "../bytes.ts";
import { accept, refuse } from "../verdict.ts";
import { parseDirectory, readEnd } from "./directory.ts";
import { sizeLimit } from "./limits.ts";
import { placeMembers } from "./layout.ts";
import { checkNames } from "./names.ts";
import { centralRecord, encodeRecord, endRecords, fieldAt, localHeader } from "./records.ts";
import type { Outcome, Refusal } from "../verdict.ts";
import type { Listed } from "./directory.ts";
import type { Layout } from "./layout.ts";
import type { ByteSource } from "./source.ts";

/** Proves every byte that is no member's content: headers, padding, directory, end records. */
export async function readContainer(source: ByteSource): Promise<Outcome<Layout>> {
  const end = await readEnd(source);
  if (!end.ok) return end;
  const directory = await source.read(end.value.directoryOffset, end.value.directorySize);
  const listed = parseDirectory(directory, end.value.count);
  if (!listed.ok) return listed;
  const refusal = checkNames(listed.value.map((member) => member.path)) ?? checkSizes(listed.value, source.size);
  if (refusal !== undefined) return refusal;
  const layout = placeMembers(listed.value);
  return (
    checkTiling(listed.value, layout, end.value.directoryOffset) ??
    (await checkHeaders(source, layout)) ??
    checkDirectory(directory, layout) ??
    (await checkTail(source, layout)) ??
    accept(layout)
  );
}

function checkSizes(listed: readonly Listed[], fileSize: number): Refusal | undefined {
  let sum = 0;
  for (const { path, size } of listed) {
    sum += size;
    const limit = sizeLimit(path);
    if (size > limit) return refuse("E_LIMIT", path, `${path} has ${size} bytes, at most ${limit} are allowed.`);
    if (sum > fileSize) return refuse("E_TILE", path, `${path} with its ${size} bytes does not fit into the file.`);
  }
  return undefined;
}

function checkTiling(listed: readonly Listed[], layout: Layout, directoryOffset: number): Refusal | undefined {
  for (const [at, member] of layout.members.entries()) {
    const stated = listed[at]?.offset;
    if (stated === member.offset) continue;
    const before = at === 0 ? "the file begins" : `${layout.members[at - 1]?.path} before it ends`;
    const detail = `${member.path} is listed at byte ${stated}, but ${before} so that it must stand at ${member.offset}.`;
    return refuse("E_TILE", member.path, detail);
  }
  if (layout.directoryOffset === directoryOffset) return undefined;
  const detail = `The directory is listed at byte ${directoryOffset}, it must stand at ${layout.directoryOffset}.`;
  return refuse("E_TILE", "directory", detail);
}

async function checkHeaders(source: ByteSource, layout: Layout): Promise<Refusal | undefined> {
  for (const member of layout.members) {
    const expected = localHeader(member);
    const found = await source.read(member.offset, member.dataOffset - member.offset);
    const at = firstDifference(found, encodeRecord(expected));
    if (at < 0) continue;
    const field = fieldAt(expected, at);
    const detail = `The local header of ${member.path} is not what its directory record makes it: ${field}, byte ${at}.`;
    return refuse("E_HEADER", member.path, detail);
  }
  return undefined;
}

function checkDirectory(directory: Uint8Array, layout: Layout): Refusal | undefined {
  let start = 0;
  for (const member of layout.members) {
    const record = centralRecord(member);
    const expected = encodeRecord(record);
    const at = firstDifference(directory.subarray(start, start + expected.length), expected);
    if (at >= 0) {
      const detail = `The directory record of ${member.path} is not canonical: ${fieldAt(record, at)}, byte ${at}.`;
      return refuse("E_DIRECTORY", member.path, detail);
    }
    start += expected.length;
  }
  return undefined;
}

async function checkTail(source: ByteSource, layout: Layout): Promise<Refusal | undefined> {
  const expected = endRecords(layout);
  const start = layout.directoryOffset + layout.directorySize;
  const at = firstDifference(await source.read(start, source.size - start), encodeRecord(expected));
  if (at < 0) return undefined;
  return refuse("E_TAIL", "end record", `The end records are not canonical: ${fieldAt(expected, at)}, byte ${at}.`);
}
