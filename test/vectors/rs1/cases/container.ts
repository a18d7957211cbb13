// This file lists the invalid containers of the conformance set, one for each rule of SPEC.md §2.
import { utf8 } from "@kolm/format";
import type { Parts } from "../../../../tools/dev/src/bench/tamper/forge.ts";
import { flipped, spliced } from "../../../../tools/dev/src/bench/tamper/family.ts";
import { alignment, rawZip, u16, u32, u64, type RawEnd, type RawMember } from "../../../../tools/dev/src/bench/tamper/raw-zip.ts";
import { type Case, packed } from "./case.ts";

type Row = readonly [name: string, section: string, expected: string, file: Uint8Array, description: string];

export async function containerCases(): Promise<Case[]> {
  const parts = await packed();
  return [...endRows(parts), ...nameRows(parts), ...tileRows(parts), ...headerRows(parts)].map(caseOf);
}

/** "E_CODE subject" or "E_CODE subject index". */
export function caseOf([name, section, expected, file, description]: Row): Case {
  const [code = "", subject = "", index] = expected.split(" | ");
  // The table below names codes only; the test over the set would not find any other.
  const finding = { code: code as never, subject, ...(index === undefined ? {} : { index: Number(index) }) };
  return { name, section, description, file, finding };
}

const listed = ({ members }: Parts): RawMember[] => [...members].map(([path, data]) => ({ path, data }));
const MODEL = 4;
const PATH = "layers/model/student.onnx";

function forged(parts: Parts, changes: Partial<RawMember>, end: RawEnd = {}): Uint8Array {
  return rawZip(listed(parts).map((member, at) => (at === MODEL ? { ...member, ...changes } : member)), end);
}

const extended = (parts: Parts, path: string | Uint8Array, at = parts.members.size): Uint8Array => {
  const members = listed(parts);
  members.splice(at, 0, { path, data: utf8("x") });
  return rawZip(members);
};

function wideEnd(parts: Parts, locator: number, numbers: readonly [count: number, size: number, offset: number]): Uint8Array {
  const { file } = parts;
  const at = file.length - 22;
  const [count, size, offset] = numbers;
  const record = [u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(count), u64(count), u64(size), u64(offset)];
  const saturated = [u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(size), u32(0xffffffff), u16(0)];
  return spliced(file, at, 22, ...record, u32(0x07064b50), u32(0), u64(at + locator), u32(1), ...saturated);
}

function endRows(parts: Parts): Row[] {
  const { file, layout, members } = parts;
  const at = file.length - 22;
  const set = (offset: number, bytes: Uint8Array) => spliced(file, at + offset, bytes.length, bytes);
  const { directoryOffset, directorySize } = layout;
  return [
    ["empty", "2.7", "E_EOCD | file", new Uint8Array(), "No bytes at all."],
    ["too-short", "2.7", "E_EOCD | file", file.subarray(at + 1), "21 bytes."],
    ["cut-short", "2.7", "E_EOCD | end record", file.subarray(0, -1), "The last byte is missing."],
    ["bytes-after", "2.7", "E_EOCD | end record", spliced(file, file.length, 0, utf8("x")), "A byte after the end record."],
    ["comment", "2.5", "E_EOCD | end record", rawZip(listed(parts), { comment: utf8("hello") }), "An archive comment."],
    ["second-end-record", "2.7", "E_TILE | directory", rawZip(listed(parts), { comment: file.subarray(at) }), "An end record in the comment of another."],
    ["zip64-missing", "2.7", "E_ZIP64 | end record", set(16, u32(0xffffffff)), "The offset is saturated and no ZIP64 records stand before the end."],
    ["zip64-locator", "2.7", "E_ZIP64 | end record", wideEnd(parts, 1, [members.size, directorySize, directoryOffset]), "The ZIP64 locator points elsewhere."],
    ["zip64-not-needed", "2.5", "E_TAIL | end record", wideEnd(parts, 0, [members.size, directorySize, directoryOffset]), "Right ZIP64 records that nothing needs."],
    ["zip64-beyond-limit", "2.7", "E_LIMIT | end record", wideEnd(parts, 0, [members.size, directorySize, 2 ** 40 + 1]), "An offset beyond 2^40."],
    ["no-members", "2.6", "E_LIMIT | end record", rawZip([]), "An empty archive."],
    ["too-many-members", "2.6", "E_LIMIT | end record", set(10, u16(1025)), "A count of 1025."],
    ["large-directory", "2.6", "E_LIMIT | directory", set(12, u32(1_048_577)), "A directory of more than 1 MiB."],
    ["count-too-low", "2.7", "E_DIRECTORY | directory", set(10, u16(members.size - 1)), "One record fewer is counted."],
    ["count-too-high", "2.7", "E_DIRECTORY | directory", set(10, u16(members.size + 1)), "One record more is counted."],
    ["count-on-disk", "2.5", "E_TAIL | end record", set(8, u16(1)), "The count on this disk is another."],
    ["disk-number", "2.5", "E_TAIL | end record", set(4, u16(1)), "The end record names a second disk."],
  ];
}

const latin = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function nameRows(parts: Parts): Row[] {
  const bad: readonly (readonly [name: string, path: string, why: string])[] = [
    ["name-parent", "layers/../../etc/passwd", "A path that climbs."],
    ["name-absolute", "/etc/passwd", "An absolute path."],
    ["name-backslash", "layers\\docs\\a", "Backslashes."],
    ["name-upper-case", "layers/recall/INDEX.bin", "Upper case."],
    ["name-unicode", "layers/docs/caf\u00e9", "A letter that is not ASCII."],
    ["name-nul", "layers/recall/a\0.bin", "A NUL."],
    ["name-newline", "layers/docs/a\n", "A newline at the end."],
    ["name-device", "layers/recall/nul.bin", "A device name of Windows."],
    ["name-device-folder", "layers/aux/a", "A device name as a folder."],
    ["name-trailing-dot", "layers/recall/a.", "A part that ends in a dot."],
    ["name-leading-dot", "layers/docs/.a", "A part that begins with a dot."],
    ["name-folder", "layers/recall/", "A folder entry."],
    ["name-too-long", `layers/docs/${"n".repeat(64)}`, "A part of 64 characters."],
    ["name-too-deep", "layers/docs/a/b/c", "Five parts."],
    ["name-empty", "", "No name."],
  ];
  const members = listed(parts);
  const rows = bad.map(([name, path, why]): Row => [name, "2.2", `E_NAME | ${latin(path)}`, extended(parts, path), why]);
  const swapped = [...members.slice(0, 4), members[5], members[4], ...members.slice(6)].filter((one) => one !== undefined);
  return [
    ...rows,
    ["name-twice", "2.2", "E_DUP | layers/recall/index.bin", extended(parts, "layers/recall/index.bin"), "Two members of one name."],
    ["seal-unknown", "2.2", "E_SEAL_NAME | seal/note.txt", extended(parts, "seal/note.txt"), "A seal RS-1 does not know."],
    ["seal-number", "2.2", "E_SEAL_NAME | seal/att-1.json", extended(parts, "seal/att-1.json"), "An attestation with one digit."],
    ["no-zone", "2.2", "E_ORDER | readme", extended(parts, "readme"), "A member in no zone."],
    ["seal-alone", "2.2", "E_ORDER | seal", extended(parts, "seal"), "A member called like the zone of the seals."],
    ["no-kind", "2.2", "E_ORDER | layers/code/run.js", extended(parts, "layers/code/run.js"), "A kind that does not exist."],
    ["kind-alone", "2.2", "E_ORDER | layers/docs", extended(parts, "layers/docs"), "A kind without a name below it."],
    ["second-receipt", "2.2", "E_ORDER | receipt/other.json", extended(parts, "receipt/other.json"), "Another member under receipt/."],
    ["mimetype-not-first", "2.2", "E_ORDER | manifest.json", rawZip([...members.slice(1, 2), ...members.slice(0, 1), ...members.slice(2)]), "The manifest comes first."],
    ["front-only-begun", "2.2", "E_ORDER | nothing", rawZip(members.slice(0, 3)), "The chunk index and all layers are missing."],
    ["layers-swapped", "2.2", `E_ORDER | ${PATH}`, rawZip(swapped), "Two kinds in the wrong order."],
    ["seals-swapped", "2.2", "E_ORDER | seal/oms.sig", rawZip([...members, { path: "seal/time.tsr", data: utf8("x") }, { path: "seal/oms.sig", data: utf8("x") }]), "Two seals in the wrong order."],
    ["layer-after-seal", "2.2", "E_ORDER | layers/recall/zz.bin", rawZip([...members, { path: "seal/time.tsr", data: utf8("x") }, { path: "layers/recall/zz.bin", data: utf8("x") }]), "A layer after a seal."],
  ];
}

function tileRows(parts: Parts): Row[] {
  const model = parts.layout.members[MODEL];
  const members = listed(parts);
  const manifestSize = rawZip(members.map((one) => (one.path === "manifest.json" ? { ...one, central: { size: 4 * 1_048_576 + 1 } } : one)));
  const receiptSize = rawZip(members.map((one) => (one.path === "receipt/bundle.json" ? { ...one, central: { size: 1_048_577 } } : one)));
  const indexSize = rawZip(members.map((one) => (one.path === "index/chunks.bin" ? { ...one, central: { size: 33_587_201 } } : one)));
  return [
    ["manifest-too-large", "2.6", "E_LIMIT | manifest.json", manifestSize, "The directory says that the manifest has more than 4 MiB."],
    ["receipt-too-large", "2.6", "E_LIMIT | receipt/bundle.json", receiptSize, "The directory says that the receipt has more than 1 MiB."],
    ["index-too-large", "2.6", "E_LIMIT | index/chunks.bin", indexSize, "The directory says that the chunk index has a byte too many."],
    ["size-beyond-file", "2.7", `E_TILE | ${PATH}`, forged(parts, { central: { size: 2_000_000 } }), "A member larger than the file."],
    ["bytes-before", "2.3", "E_TILE | directory", spliced(parts.file, 0, 0, utf8("#!/bin/sh\n")), "Bytes before the first header."],
    ["bytes-between", "2.3", "E_TILE | layers/recipes/pack.json", forged(parts, { after: utf8("gap!") }), "Bytes between two members."],
    ["gap-before-directory", "2.3", "E_TILE | directory", rawZip(members, { directoryGap: utf8("gap!") }), "Bytes before the directory."],
    ["gap-after-directory", "2.7", "E_TILE | directory", rawZip(members, { before: utf8("gap!") }), "Bytes after the directory."],
    ["shared-header", "2.3", "E_TILE | layers/recall/zz.bin", rawZip([...members, { path: "layers/recall/zz.bin", data: utf8("weights"), listedOnly: true, offset: model?.offset ?? 0 }]), "Two records for one header."],
    ["size-shorter", "2.3", "E_TILE | layers/recipes/pack.json", forged(parts, { central: { size: 3, stored: 3 } }), "The directory says that a member is shorter."],
  ];
}

function headerRows(parts: Parts): Row[] {
  const model = parts.layout.members[MODEL];
  const dirty = (at: number) => new Uint8Array([...alignment({ path: PATH, data: utf8("weights") }, at + 30 + PATH.length).subarray(0, -1), 7]);
  const local: readonly (readonly [string, Partial<RawMember>, string])[] = [
    ["local-name", { local: { path: "layers/model/studenT.onnx" } }, "Another name in the local header."],
    ["local-size", { local: { stored: 3, size: 3 } }, "Another size in the local header."],
    ["local-crc", { local: { crc: 1 } }, "Another CRC-32 in the local header."],
    ["local-method", { local: { method: 8 } }, "Deflate in the local header."],
    ["local-flags", { local: { flags: 0x0800 } }, "The flag for UTF-8 names."],
    ["both-times", { local: { time: 1 }, central: { time: 1 } }, "A time of day, in both places."],
    ["padding-not-zero", { localExtra: dirty }, "Padding that is not zero."],
    ["no-alignment", { localExtra: (at) => new Uint8Array([...alignment({ path: PATH, data: utf8("weights") }, at + 30 + PATH.length)].map((byte, index) => (index === 0 ? 0 : byte))) }, "Another extra field in place of the alignment."],
    ["both-crc", { local: { crc: 1 }, central: { crc: 1 } }, "A wrong CRC-32 in both places, over right bytes."],
  ];
  const central: readonly (readonly [string, Partial<RawMember>, string])[] = [
    ["directory-flags", { central: { flags: 1 } }, "Encryption in the directory only."],
    ["directory-method", { central: { method: 8 } }, "Deflate in the directory only."],
    ["directory-version", { central: { version: 20 } }, "Another version needed."],
    ["directory-symlink", { central: { external: 0xa1ff0000 } }, "The mode of a symbolic link."],
    ["directory-stored", { central: { stored: 3 } }, "A stored size that is not the size."],
  ];
  const unicode = Buffer.concat([u16(0x7075), u16(10), Buffer.from([1]), u32(0), utf8("other")]);
  return [
    ...local.map(([name, changes, why]): Row => [name, "2.3", `E_HEADER | ${PATH}`, forged(parts, changes), why]),
    ...central.map(([name, changes, why]): Row => [name, "2.4", `E_DIRECTORY | ${PATH}`, forged(parts, changes), why]),
    ["directory-extra", "2.4", "E_DIRECTORY | directory", forged(parts, { centralExtra: unicode }), "A Unicode path in the directory."],
    ["directory-zip64", "2.4", "E_DIRECTORY | directory", forged(parts, { centralExtra: Buffer.concat([u16(1), u16(8), u64(7)]) }), "A ZIP64 field nothing needs."],
    ["directory-signature", "2.4", "E_DIRECTORY | directory", flipped(parts.file, parts.layout.directoryOffset, 0), "A record that does not begin like one."],
    ["header-signature", "2.3", `E_HEADER | ${PATH}`, flipped(parts.file, model?.offset ?? 0, 0), "A header that does not begin like one."],
    ["mimetype-extra", "2.3", "E_TILE | manifest.json", rawZip(listed(parts).map((one, at) => (at === 0 ? { ...one, localExtra: () => Buffer.concat([u16(0xd935), u16(2), u16(64)]) } : one))), "An alignment field at mimetype."],
    ["mimetype-other", "10", "E_HEADER | mimetype", rawZip(listed(parts).map((one, at) => (at === 0 ? { ...one, data: utf8("application/zip") } : one))), "Another media type."],
    ["mimetype-newline", "10", "E_HEADER | mimetype", rawZip(listed(parts).map((one, at) => (at === 0 ? { ...one, data: utf8("application/vnd.kolm.artifact\n") } : one))), "A newline after the media type."],
  ];
}
