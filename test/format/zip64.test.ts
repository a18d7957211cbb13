// This file holds the container beyond 4 GiB, with sources and writers that never hold the bytes.
import { test } from "node:test";
import assert from "node:assert/strict";
import { placeMembers, readContainer, utf8, writeContainer } from "@kolm/format";
import { u16, u32, u64 } from "../../tools/dev/src/bench/tamper/raw-zip.ts";
import type { ByteSource, Layout, MemberContent } from "@kolm/format";

const BIG = 4_400_000_000;
const PIECE = new Uint8Array(4_000_000);
const CRC = 0x12345678;
/** The content is never read here, so its checksum is what it is said to be. */
const unread = { crc32: () => CRC };

function* zeros(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= PIECE.length) yield PIECE.subarray(0, Math.min(left, PIECE.length));
}

function member(path: string, size: number): MemberContent {
  return { path, size, crc32: CRC, open: () => (size > 1000 ? zeros(size) : [new Uint8Array(size)]) };
}

const MEMBERS = [
  member("mimetype", 29),
  member("manifest.json", 10),
  member("receipt/bundle.json", 10),
  member("index/chunks.bin", 32),
  member("layers/model/big.onnx", BIG),
  member("layers/recall/index.bin", 100_000),
];

/** A file of the pieces at their offsets, zero everywhere else. */
function sparse(size: number, pieces: readonly { offset: number; bytes: Uint8Array }[]): ByteSource {
  return {
    size,
    read: async (offset, length) => {
      assert.ok(length < 2_000_000, "a structural check reads no content");
      const bytes = new Uint8Array(length);
      for (const piece of pieces) {
        const from = Math.max(offset, piece.offset);
        const to = Math.min(offset + length, piece.offset + piece.bytes.length);
        if (from < to) bytes.set(piece.bytes.subarray(from - piece.offset, to - piece.offset), from - offset);
      }
      return bytes;
    },
  };
}

/** Writes the container, keeping all but the content. */
async function writeSparse(): Promise<{
  source: ByteSource;
  size: number;
  pieces: { offset: number; bytes: Uint8Array }[];
}> {
  const pieces: { offset: number; bytes: Uint8Array }[] = [];
  let size = 0;
  for await (const bytes of writeContainer(MEMBERS, unread)) {
    if (bytes.buffer !== PIECE.buffer) pieces.push({ offset: size, bytes });
    size += bytes.length;
  }
  return { source: sparse(size, pieces), size, pieces };
}

test("a container with a layer beyond 4 GiB is written and read in flat memory", async () => {
  const before = process.memoryUsage().rss;
  const { source, size } = await writeSparse();
  const layout = await readContainer(source);
  assert.ok(layout.ok, layout.ok ? "" : layout.finding.detail);
  assert.equal(layout.value.size, size);
  const [, , , , big, after] = layout.value.members;
  assert.equal(big?.size, BIG);
  assert.ok((big?.dataOffset ?? 1) % 16384 === 0 && (after?.offset ?? 0) > BIG);
  assert.ok(process.memoryUsage().rss - before < 100_000_000);
});

test("the ZIP64 records are those of APPNOTE 4.3.14, 4.3.15 and 4.5.3 byte for byte", async () => {
  const { source, size } = await writeSparse();
  const layout: Layout = placeMembers(MEMBERS);
  const start = layout.directoryOffset;
  const sizes = [u64(6), u64(6), u64(layout.directorySize), u64(start)];
  const zip64 = Buffer.concat([u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), ...sizes]);
  const locator = Buffer.concat([u32(0x07064b50), u32(0), u64(start + layout.directorySize), u32(1)]);
  const saturated = [u32(layout.directorySize), u32(0xffffffff), u16(0)];
  const end = [zip64, locator, u32(0x06054b50), u16(0), u16(0), u16(6), u16(6), ...saturated];
  assert.deepEqual(Buffer.from(await source.read(size - 98, 98)), Buffer.concat(end));
  const big = layout.members[4];
  assert.ok(big !== undefined);
  const name = utf8(big.path);
  const fields = [
    u16(45),
    u16(0),
    u16(0),
    u16(0),
    u16(0x21),
    u32(CRC),
    u32(0xffffffff),
    u32(0xffffffff),
    u16(name.length),
  ];
  const align = [u16(0xd935), u16(2 + big.pad), u16(16384), Buffer.alloc(big.pad)];
  const extra = Buffer.concat([u16(1), u16(16), u64(BIG), u64(BIG), ...align]);
  const header = Buffer.concat([u32(0x04034b50), ...fields, u16(extra.length), name, extra]);
  assert.deepEqual(Buffer.from(await source.read(big.offset, big.dataOffset - big.offset)), header);
});

test("every changed byte of ZIP64 headers, directory and end records is refused", async () => {
  const { size, pieces } = await writeSparse();
  const layout = placeMembers(MEMBERS);
  const regions = [layout.members[4], layout.members[5]].map(
    (placed) => [placed?.offset ?? 0, placed?.dataOffset ?? 0] as const,
  );
  let tried = 0;
  for (const [from, to] of [...regions, [layout.directoryOffset, size] as const]) {
    // Padding is long and uniform: its first and last bytes stand for it.
    for (let at = from; at < to; at += at > from + 200 && at < to - 200 && from < layout.directoryOffset ? 997 : 1) {
      const piece = pieces.find(({ offset, bytes }) => at >= offset && at < offset + bytes.length);
      const original = piece?.bytes[at - piece.offset] ?? 0;
      const changed = [{ offset: at, bytes: Uint8Array.of(original ^ 0x41) }];
      const read = await readContainer(sparse(size, [...pieces, ...changed]));
      assert.ok(!read.ok, `byte ${at}`);
      tried += 1;
    }
  }
  assert.ok(tried > 700);
});

test("a size or an offset of exactly 2^32 - 1 is written in ZIP64", () => {
  const layout = placeMembers([...MEMBERS.slice(0, 4), member("layers/model/edge.bin", 0xffff_ffff)]);
  const smaller = placeMembers([...MEMBERS.slice(0, 4), member("layers/model/edge.bin", 0xffff_fffe)]);
  assert.equal(layout.directorySize - smaller.directorySize, 20);
});
