// This file tries the near-miss containers that ordinary ZIP readers let through: a valid artifact with one change.
import { test } from "node:test";
import assert from "node:assert/strict";
import { memorySource, placeMembers, readContainer, utf8, verifyArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { collect, packSample } from "./sample.ts";
import { alignment, rawZip, u16, u32, u64 } from "../../tools/dev/src/bench/tamper/raw-zip.ts";
import type { VerdictCode } from "@kolm/format";
import type { RawEnd, RawMember } from "../../tools/dev/src/bench/tamper/raw-zip.ts";

const valid = await collect((await packSample()).stream());
const members = await membersOf(valid);
const MODEL = members.findIndex((member) => member.path === "layers/model/student.onnx");

async function membersOf(file: Uint8Array): Promise<RawMember[]> {
  const layout = await readContainer(memorySource(file));
  assert.ok(layout.ok);
  return layout.value.members.map(({ path, dataOffset, size }) => ({
    path,
    data: file.subarray(dataOffset, dataOffset + size),
  }));
}

/** The valid file with changes to the model's member. */
function withModel(changes: Partial<RawMember>, end: RawEnd = {}): Uint8Array {
  return rawZip(
    members.map((member, at) => (at === MODEL ? { ...member, ...changes } : member)),
    end,
  );
}

/** The valid file with one more member at the end. */
function withExtra(path: Uint8Array | string, changes: Partial<RawMember> = {}): Uint8Array {
  return rawZip([...members, { path, data: utf8("x"), ...changes }]);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const modelBytes = members[MODEL]?.data ?? new Uint8Array();
const modelAt = placeMembers(members.map((m) => ({ path: String(m.path), size: m.data.length, crc32: 0 }))).members[
  MODEL
];
const recipes = members[MODEL + 1];
const descriptor = joined(u32(0x08074b50), u32(0), u32(modelBytes.length), u32(modelBytes.length));
const unicodePath = joined(u16(0x7075), u16(10), Buffer.from([1]), u32(0), utf8("other"));

/** A second directory that lists nothing but the mimetype, reached by a ZIP64 locator the end record does not ask for. */
function zip64Detour(): Uint8Array {
  const end = valid.subarray(valid.length - 22);
  const at = valid.length - 22;
  const record = [u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(1), u64(1), u64(54), u64(0)];
  return joined(valid.subarray(0, at), ...record, u32(0x07064b50), u32(0), u64(at), u32(1), end);
}

const flipped = modelBytes.slice();
flipped[3] = (flipped[3] ?? 0) ^ 1;

const ATTACKS: readonly (readonly [name: string, file: Uint8Array, code: VerdictCode])[] = [
  ["01 local name differs from the directory", withModel({ local: { path: "layers/model/studenT.onnx" } }), "E_HEADER"],
  ["02 local size smaller", withModel({ local: { stored: 3, size: 3 } }), "E_HEADER"],
  ["03 local CRC differs", withModel({ local: { crc: 1 } }), "E_HEADER"],
  ["04 both CRCs wrong", withModel({ local: { crc: 1 }, central: { crc: 1 } }), "E_HEADER"],
  ["05 local method is deflate", withModel({ local: { method: 8 } }), "E_HEADER"],
  ["06 bytes before the file", joined(utf8("#!/bin/sh\n"), valid), "E_TILE"],
  ["07 bytes after the end record", joined(valid, utf8("x")), "E_EOCD"],
  ["08 a second end record in a comment", rawZip(members, { comment: valid.subarray(valid.length - 22) }), "E_TILE"],
  ["08 a comment", rawZip(members, { comment: utf8("hello") }), "E_EOCD"],
  ["09 a gap before the directory", rawZip(members, { directoryGap: utf8("gap!") }), "E_TILE"],
  ["09 a gap after the directory", rawZip(members, { before: utf8("gap!") }), "E_TILE"],
  ["09 a gap between members", withModel({ after: utf8("gap!") }), "E_TILE"],
  ["10 a name twice", withExtra("layers/recall/index.bin"), "E_DUP"],
  [
    "11 two records for one local header",
    withExtra("layers/recall/zzz.bin", { listedOnly: true, offset: modelAt?.offset ?? 0 }),
    "E_TILE",
  ],
  ["12 entry count too low", rawZip(members, { count: members.length - 1 }), "E_DIRECTORY"],
  ["12 entry count too high", rawZip(members, { count: members.length + 1 }), "E_DIRECTORY"],
  ["12 no entries", rawZip([]), "E_LIMIT"],
  ["13 ../ in a name", withExtra("layers/../../etc/passwd"), "E_NAME"],
  ["14 an absolute name", withExtra("/etc/passwd"), "E_NAME"],
  ["15 a backslash name", withExtra("layers\\docs\\a"), "E_NAME"],
  ["16 a twin that differs in case", withExtra("layers/recall/INDEX.bin"), "E_NAME"],
  ["17 a composed name", withExtra("layers/recall/caf\u00e9"), "E_NAME"],
  ["17 a decomposed name", withExtra("layers/recall/cafe\u0301"), "E_NAME"],
  ["18 symlink mode bits", withModel({ central: { external: 0xa1ff0000 } }), "E_DIRECTORY"],
  ["19 a Unicode path override", withModel({ centralExtra: unicodePath }), "E_DIRECTORY"],
  ["20 a ZIP64 locator to another directory", zip64Detour(), "E_TILE"],
  ["21 encrypted flag in the directory only", withModel({ central: { flags: 1 } }), "E_DIRECTORY"],
  [
    "22 a data descriptor and zero local sizes",
    withModel({ local: { flags: 8, crc: 0, stored: 0, size: 0 }, after: descriptor }),
    "E_TILE",
  ],
  ["23 padding that is not zero", withModel({ localExtra: (at) => dirtyPadding(at) }), "E_HEADER"],
  ["24 NUL in a name", withExtra("layers/recall/a\0.bin"), "E_NAME"],
  ["25 another timestamp", withModel({ local: { time: 1 }, central: { time: 1 } }), "E_HEADER"],
  ["26 one model byte flipped", withModel({ data: flipped }), "E_CHUNK"],
  ["a Windows device name", withExtra("layers/recall/nul.bin"), "E_NAME"],
  ["a name that ends in a dot", withExtra("layers/recall/a."), "E_NAME"],
  ["a folder entry", withExtra("layers/recall/"), "E_NAME"],
  ["an unknown seal", withExtra("seal/note.txt"), "E_SEAL_NAME"],
  ["a member in no zone", withExtra("readme"), "E_ORDER"],
  ["a layer of no kind", withExtra("layers/code/run.js"), "E_ORDER"],
  ["a layer the manifest does not name", withExtra("layers/recall/zzz.bin"), "E_ORDER"],
  ["a layer missing", rawZip(members.filter((_, at) => at !== MODEL)), "E_ORDER"],
  ["mimetype not first", rawZip([...members.slice(1), ...members.slice(0, 1)]), "E_ORDER"],
  ["layers out of order", swapped(), "E_ORDER"],
  ["wrong mimetype", rawZip([{ path: "mimetype", data: utf8("application/zip") }, ...members.slice(1)]), "E_HEADER"],
  ["cut short", valid.subarray(0, valid.length - 1), "E_EOCD"],
  ["an empty file", new Uint8Array(), "E_EOCD"],
];

function dirtyPadding(at: number): Uint8Array {
  const extra = alignment(
    members[MODEL] ?? { path: "", data: modelBytes },
    at + 30 + "layers/model/student.onnx".length,
  );
  assert.ok(extra.length > 6, "the model's header has padding");
  return joined(extra.subarray(0, -1), Uint8Array.of(7));
}

function swapped(): Uint8Array {
  const [model, next] = [members[MODEL], recipes];
  assert.ok(model !== undefined && next !== undefined);
  return rawZip([...members.slice(0, MODEL), next, model, ...members.slice(MODEL + 2)]);
}

test("a second encoder without a fault makes the very bytes the packer made, and they verify", async () => {
  assert.deepEqual(rawZip(members), valid);
  assert.ok((await verifyArtifact(memorySource(valid), { crypto: nodeCrypto })).passed);
});

for (const [name, file, code] of ATTACKS) {
  test(`refused with ${code}: ${name}`, async () => {
    const verdict = await verifyArtifact(memorySource(file), { crypto: nodeCrypto });
    assert.ok(!verdict.passed);
    assert.equal(verdict.finding.code, code, verdict.finding.detail);
    assert.match(verdict.finding.detail, /^.{10,}\.$/s);
  });
}
