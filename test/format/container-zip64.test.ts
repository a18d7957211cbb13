// This file writes containers at the very edge of ZIP64 and compares every record with one encoded here from SPEC.md §2.3 to §2.5.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type MemberContent, utf8, writeContainer } from "@kolm/format";
import { u16, u32, u64 } from "../../tools/dev/src/bench/tamper/raw-zip.ts";

const WIDE = 0xffff_ffff;
const CRC = 0x12345678;
const PIECE = new Uint8Array(16_000_000);
const FRONT = ["mimetype", "manifest.json", "receipt/bundle.json", "index/chunks.bin"];

type Sized = readonly [path: string, size: number];

/** All that is written but the content. */
async function recordsOf(members: readonly Sized[]): Promise<Buffer> {
  const contents = members.map(([path, size]): MemberContent => ({ path, size, crc32: CRC, open: () => zeros(size) }));
  const records: Uint8Array[] = [];
  for await (const bytes of writeContainer(contents, { crc32: () => CRC }))
    if (bytes.buffer !== PIECE.buffer) records.push(bytes);
  return Buffer.concat(records);
}

function* zeros(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= PIECE.length) yield PIECE.subarray(0, Math.min(left, PIECE.length));
}

const saturated = (value: number): Uint8Array => u32(Math.min(value, WIDE));
const shared = (path: string, size: number): Uint8Array[] => [
  u16(0),
  u16(0),
  u16(0),
  u16(0x21),
  u32(CRC),
  saturated(size),
  saturated(size),
  u16(path.length),
];

function localOf([path, size]: Sized, offset: number): Buffer {
  const zip64 = size >= WIDE ? Buffer.concat([u16(1), u16(16), u64(size), u64(size)]) : Buffer.alloc(0);
  const align = size >= 16_384 ? 16_384 : 64;
  const bare = offset + 30 + path.length + zip64.length + 6;
  const pad = Math.ceil(bare / align) * align - bare;
  const aligned = path === "mimetype" ? [] : [u16(0xd935), u16(2 + pad), u16(align), Buffer.alloc(pad)];
  const extra = Buffer.concat([zip64, ...aligned]);
  const version = u16(size >= WIDE ? 45 : 10);
  return Buffer.concat([u32(0x04034b50), version, ...shared(path, size), u16(extra.length), utf8(path), extra]);
}

function centralOf([path, size]: Sized, offset: number): Buffer {
  const values = [...(size >= WIDE ? [size, size] : []), ...(offset >= WIDE ? [offset] : [])];
  const extra = values.length === 0 ? [] : [u16(1), u16(values.length * 8), ...values.map(u64)];
  const version = u16(values.length === 0 ? 10 : 45);
  const lengths = [u16(Buffer.concat(extra).length), u16(0), u16(0), u16(0), u32(0), saturated(offset)];
  return Buffer.concat([u32(0x02014b50), version, version, ...shared(path, size), ...lengths, utf8(path), ...extra]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const counts = [u64(count), u64(count), u64(size), u64(offset)];
  const zip64 = [u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), ...counts];
  const locator = [u32(0x07064b50), u32(0), u64(offset + size), u32(1)];
  const end = [u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(size), saturated(offset), u16(0)];
  return Buffer.concat([...(offset >= WIDE ? [...zip64, ...locator] : []), ...end]);
}

function expected(members: readonly Sized[]): { bytes: Buffer; offsets: readonly number[]; directory: number } {
  const [locals, centrals, offsets]: [Buffer[], Buffer[], number[]] = [[], [], []];
  let at = 0;
  for (const member of members) {
    const local = localOf(member, at);
    locals.push(local);
    centrals.push(centralOf(member, at));
    offsets.push(at);
    at += local.length + member[1];
  }
  const directory = Buffer.concat(centrals);
  const end = endOf(members.length, directory.length, at);
  return { bytes: Buffer.concat([...locals, directory, end]), offsets, directory: at };
}

async function compare(members: readonly Sized[], what = "the records"): Promise<void> {
  assert.equal(Buffer.compare(await recordsOf(members), expected(members).bytes), 0, what);
}

const front = FRONT.map((path): Sized => [path, 1]);
const start = expected(front).directory + localOf(["layers/model/a", 20_000], expected(front).directory).length;

for (const beside of [-1, 0, 1]) {
  test(`a size of 2^32 - 1 ${beside >= 0 ? "+" : "-"} ${Math.abs(beside)} is written as the specification says`, async () => {
    const members = [...front, ["layers/model/a", WIDE + beside] as const];
    await compare(members);
  });

  test(`so is an offset, of a member and of the directory (${beside})`, async () => {
    const reaching = ["layers/model/a", WIDE + beside - start] as const;
    const alone = [...front, reaching];
    assert.equal(expected(alone).directory, WIDE + beside);
    await compare(alone);
    const followed = [...front, reaching, ["layers/recall/b", 5] as const];
    assert.equal(expected(followed).offsets[5], WIDE + beside);
    await compare(followed);
  });
}

test("a record with size and offset beyond has both, size twice and then the offset", async () => {
  const members = [...front, ["layers/model/a", WIDE + 9] as const, ["layers/recall/b", WIDE + 7] as const];
  await compare(members);
});

test("layers from 16 KiB on are aligned to 16 KiB, others to 64 bytes", async () => {
  for (const size of [1, 63, 64, 65, 16_383, 16_384, 16_385]) {
    const members = [...front, ["layers/model/a", size] as const, ["layers/model/b", size] as const];
    await compare(members, `${size}`);
  }
});

test("content that is shorter, longer or other than it was said to be stops the writing", async () => {
  const write = async (pieces: readonly string[], crc32 = CRC): Promise<void> => {
    const contents = [...front, ["layers/docs/a", 5] as const].map(([path, size]): MemberContent => ({
      path,
      size,
      crc32: path === "layers/docs/a" ? crc32 : CRC,
      open: () => (path === "layers/docs/a" ? pieces.map(utf8) : zeros(size)),
    }));
    for await (const _ of writeContainer(contents, { crc32: () => CRC }));
  };
  await write(["first"]);
  await write(["fi", "", "rst"]);
  const hint = /compile again/;
  const fails = (message: RegExp) => (error: unknown) =>
    error instanceof Error &&
    Reflect.get(error, "code") === "LAYER_CHANGED" &&
    message.test(error.message) &&
    hint.test(String(Reflect.get(error, "hint")));
  await assert.rejects(write(["firs"]), fails(/layers\/docs\/a has fewer bytes/));
  await assert.rejects(write([]), fails(/layers\/docs\/a has fewer bytes/));
  await assert.rejects(write(["first", "!"]), fails(/layers\/docs\/a has more bytes/));
  await assert.rejects(write(["first"], 1), fails(/layers\/docs\/a has other bytes/));
});
