// This file reads artifacts front to back, in parts, beyond 4 GiB, and with a browser's cryptography.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  assembleArtifact,
  CHUNK_SIZE,
  type Crypto,
  hex,
  leafDigest,
  memoryContent,
  memorySource,
  merkleRoot,
  openArtifact,
  portableCrypto,
  sealArtifact,
  type SubtleLike,
  verifyArtifact,
  verifyStream,
  webCrypto,
} from "@kolm/format";
import { nodeCrypto, openFileSource } from "@kolm/format/node";
import { essence } from "../../tools/dev/src/bench/tamper/harness.ts";
import { secondMissing } from "../../tools/dev/src/bench/tamper/second.ts";
import { collect, layer, LAYERS, packSample, seedSigner } from "./sample.ts";

const folder = await mkdtemp(join(tmpdir(), "kolm-streaming-"));
after(() => rm(folder, { recursive: true }));

const BIG = new Uint8Array(2 * CHUNK_SIZE + 700).map((_, at) => at % 251);
const layers = [...LAYERS, { ...layer("docs", "layers/docs/big.bin", ""), content: memoryContent(BIG) }];
const file = await collect((await packSample({ layers })).stream());
// Node's SubtleCrypto is the one of browsers; its types spell the same shape with overloads.
const subtle = globalThis.crypto.subtle as unknown as SubtleLike;
/** A browser that has no Ed25519. */
const older = {
  ...subtle,
  digest: subtle.digest.bind(subtle),
  importKey: () => Promise.reject(new Error("NotSupported")),
};

test("a web stream, a Node stream and odd pieces give the verdict random access gives", async () => {
  const expected = await verifyArtifact(memorySource(file), { crypto: nodeCrypto });
  const odd = Array.from({ length: Math.ceil(file.length / 7919) }, (_, at) =>
    file.subarray(at * 7919, at * 7919 + 7919),
  );
  const blob = new Blob([file]);
  for (const arriving of [blob.stream(), odd, [new Uint8Array(), file], { getReader: () => blob.stream().getReader() }])
    assert.deepEqual(await verifyStream(arriving, { crypto: nodeCrypto }), expected);
});

test("each chunk is shown once it is proved, and none from a changed one on", async () => {
  const altered = file.slice();
  const at = altered.lastIndexOf(BIG[CHUNK_SIZE + 9] ?? 0, altered.length - 1000);
  altered[at] = (altered[at] ?? 0) ^ 1;
  const seen: string[] = [];
  const onChunk = (path: string, chunk: Uint8Array) => void seen.push(`${path} ${chunk.length}`);
  const verdict = await verifyStream([altered], { crypto: nodeCrypto, onChunk });
  assert.ok(!verdict.passed && verdict.finding.code === "E_CHUNK");
  assert.equal(seen.length, LAYERS.length + (verdict.finding.index ?? 0));
  seen.length = 0;
  assert.ok((await verifyStream([file], { crypto: nodeCrypto, onChunk })).passed);
  assert.deepEqual(seen.slice(-3), [
    `layers/docs/big.bin ${CHUNK_SIZE}`,
    `layers/docs/big.bin ${CHUNK_SIZE}`,
    "layers/docs/big.bin 700",
  ]);
});

test("a stream that ends early or goes on is refused, wherever it is cut", async () => {
  const small = await collect((await packSample()).stream());
  for (let size = 0; size < small.length; size += 11)
    assert.ok(!(await verifyStream([small.subarray(0, size)], { crypto: nodeCrypto })).passed, `${size} bytes`);
  const longer = await verifyStream([small, Uint8Array.of(0)], { crypto: nodeCrypto });
  assert.ok(!longer.passed && longer.finding.code === "E_EOCD");
});

test("changing any byte is refused front to back too", async () => {
  const small = await collect((await packSample({ seals: new Map([["seal/time.tsr", Uint8Array.of(1)]]) })).stream());
  for (let at = 0; at < small.length; at += 11) {
    const altered = small.slice();
    altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
    assert.ok(!(await verifyStream([altered], { crypto: nodeCrypto })).passed, `byte ${at}`);
  }
});

test("a stream nobody reads on is let go of", async () => {
  let closed = false;
  async function* endless() {
    try {
      for (;;) yield new Uint8Array(100);
    } finally {
      closed = true;
    }
  }
  assert.ok(!(await verifyStream(endless(), { crypto: nodeCrypto })).passed);
  assert.ok(closed);
});

const CRYPTOS: readonly (readonly [name: string, crypto: Crypto])[] = [
  ["node:crypto", nodeCrypto],
  ["WebCrypto", webCrypto(subtle)],
  ["WebCrypto without Ed25519", webCrypto(older)],
  ["plain JavaScript", portableCrypto],
];
for (const [name, crypto] of CRYPTOS) {
  test(`ranges and streams of a layer are its bytes, proved by the chunks they touch, under ${name}`, async () => {
    const altered = file.slice();
    const artifact = await openArtifact(memorySource(altered), { crypto });
    const path = "layers/docs/big.bin";
    for (const [offset, length] of [
      [0, 0],
      [0, 1],
      [5, CHUNK_SIZE],
      [CHUNK_SIZE, CHUNK_SIZE],
      [CHUNK_SIZE - 1, 2],
      [BIG.length - 1, 1],
      [0, BIG.length],
    ] as const)
      assert.deepEqual(await artifact.range(path, { offset, length }), BIG.slice(offset, offset + length));
    assert.deepEqual(await collect(artifact.stream(path)), BIG);
    for (const [offset, length] of [
      [-1, 2],
      [BIG.length, 1],
      [0.5, 1],
    ] as const)
      await assert.rejects(artifact.range(path, { offset, length }), { code: "RANGE_OUTSIDE" });
    const data = Buffer.from(altered).indexOf(Buffer.from(BIG.subarray(0, 1000)));
    assert.ok(data > 0);
    altered[data + CHUNK_SIZE * 2 + 3] = 255;
    assert.deepEqual(await artifact.range(path, { offset: 7, length: CHUNK_SIZE }), BIG.slice(7, 7 + CHUNK_SIZE));
    await assert.rejects(artifact.range(path, { offset: CHUNK_SIZE * 2, length: 1 }), {
      code: "E_CHUNK",
      message: /chunk 2/,
    });
    await assert.rejects(collect(artifact.stream(path)), { code: "E_CHUNK" });
  });

  test(`the verdict under ${name} is that of every other`, async () => {
    const expected = essence(await verifyArtifact(memorySource(file), { crypto: nodeCrypto }));
    assert.equal(essence(await verifyArtifact(memorySource(file), { crypto })), expected);
    assert.equal(essence(await verifyStream([file], { crypto })), expected);
  });
}

const HUGE = 4_400_000_000;
const ZEROS = new Uint8Array(64 * CHUNK_SIZE);

/** An artifact of 4.4 GB of zeros, in a file with holes; its SHA-256 and checksums are not true, its chunk tree is. */
async function writeHuge(path: string): Promise<void> {
  const [leaf, last] = [CHUNK_SIZE, HUGE % CHUNK_SIZE].map((size) => leafDigest(nodeCrypto, ZEROS.subarray(0, size)));
  const leaves = Buffer.concat(
    [...Array.from({ length: Math.floor(HUGE / CHUNK_SIZE) }, () => leaf), last].map((one) => one ?? new Uint8Array()),
  );
  const measure = { size: HUGE, sha256: "0".repeat(64), root: hex(merkleRoot(nodeCrypto, leaves)), crc32: 0, leaves };
  const sealed = await sealArtifact({
    facts: { name: "huge", version: "1.0.0" },
    layers: [{ kind: "model", path: "layers/model/huge.bin", mediaType: "application/octet-stream", measure }],
    signer: seedSigner(),
    crypto: nodeCrypto,
  });
  function* zeros() {
    for (let left = HUGE; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
  }
  const content = { size: HUGE, crc32: 0, open: zeros };
  const assembly = await assembleArtifact({
    sealed,
    layers: new Map([["layers/model/huge.bin", content]]),
    hashing: { ...nodeCrypto, crc32: () => 0 },
  });
  await using disk = await open(path, "w");
  let at = 0;
  for await (const piece of assembly.stream()) {
    if (piece.buffer !== ZEROS.buffer) await disk.write(piece, 0, piece.length, at);
    at += piece.length;
  }
}

test("a file of 4.4 GB is opened, read in the middle, and judged by both verifiers, in flat memory", async () => {
  const path = join(folder, "huge.kolm");
  await writeHuge(path);
  const before = process.memoryUsage().rss;
  await using source = await openFileSource(path);
  const artifact = await openArtifact(source, { crypto: nodeCrypto });
  assert.deepEqual(await artifact.range("layers/model/huge.bin", { offset: HUGE - 5, length: 5 }), new Uint8Array(5));
  assert.ok(process.memoryUsage().rss - before < 50_000_000);
  await using disk = await open(path, "r+");
  await disk.write(Uint8Array.of(1), 0, 1, 1_000_000);
  const verdict = await verifyArtifact(source, { crypto: nodeCrypto });
  assert.ok(!verdict.passed && verdict.finding.code === "E_CHUNK" && verdict.finding.index === 0);
  if (secondMissing() !== undefined) return;
  const script = join(import.meta.dirname, "../../tools/format/verify.py");
  const run = spawnSync("python3", [script, "--json", path]);
  assert.equal(run.status, 1, run.stderr.toString());
  assert.equal(essence(JSON.parse(run.stdout.toString())), essence(verdict));
});
