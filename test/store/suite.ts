// This file is the behaviour every store must show; each implementation's test runs it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Remote, Store } from "@kolm/store";

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const NO_DIGESTS = ["", "../../etc/passwd", "A".repeat(64), "0".repeat(63), `${"0".repeat(63)}/`];

/** Runs the shared tests against stores on this machine that make() gives; each call must give an empty store. */
export function storeSuite(name: string, make: () => Promise<Store>): void {
  remoteSuite(name, make);
  describe(`${name}: files`, () => {
    it("gives a file that holds the bytes", using(make, givesFile));
    it("refuses a path for a name that is no digest", using(make, refusesPaths));
  });
}

/** Runs the shared tests against stores anywhere. */
export function remoteSuite(name: string, make: () => Promise<Remote>): void {
  describe(`${name}: blobs`, () => {
    it("names bytes by their SHA-256 and gives back exactly these bytes", using(make, roundTrip));
    it("stores the same bytes twice under one name", using(make, storesTwice));
    it("says that a blob is missing, with its name and a hint", using(make, namesMissing));
    it("refuses a name that is no digest", using(make, refusesNames));
    it("keeps its own copy of the bytes", using(make, keepsCopies));
    it("lets many writers store the same and different bytes at once", using(make, concurrentBlobs));
    it("streams three megabytes in and out", using(make, streams));
    it("stores nothing of a stream that breaks off or is not what was expected", using(make, refusesStreams));
    it("marks a blob as used, and knows when there is none", using(make, touches));
  });
  describe(`${name}: memo`, () => {
    it("remembers an answer by its key and knows nothing else", using(make, remembers));
    it("keeps the first answer and refuses a different second one", using(make, firstWins));
    it("accepts the same answer again", using(make, acceptsSame));
    it("lets exactly one of many different writers win", using(make, oneWinner));
    it("keeps an empty answer apart from no answer", using(make, keepsEmpty));
  });
}

function using<S extends Remote>(make: () => Promise<S>, use: (store: S) => Promise<void>): () => Promise<void> {
  return async () => {
    const store = await make();
    try {
      await use(store);
    } finally {
      await store.close();
    }
  };
}

async function roundTrip(store: Remote): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
      const name = await store.blobs.put(bytes);
      assert.equal(name, digestOf(bytes));
      assert.deepEqual(await store.blobs.get(name), bytes);
      assert.equal(await store.blobs.has(name), true);
    }),
    { numRuns: 30 },
  );
}

async function storesTwice(store: Remote): Promise<void> {
  const bytes = textBytes("twice");
  assert.equal(await store.blobs.put(bytes), await store.blobs.put(bytes));
  assert.deepEqual(await store.blobs.get(digestOf(bytes)), bytes);
}

async function namesMissing(store: Remote): Promise<void> {
  const name = "0".repeat(64);
  assert.equal(await store.blobs.has(name), false);
  await assert.rejects(store.blobs.get(name), (error: { code?: string; message: string; hint?: string }) => {
    assert.equal(error.code, "BLOB_MISSING");
    assert.match(error.message, /0{64}/);
    assert.ok(error.hint);
    return true;
  });
}

async function refusesNames(store: Remote): Promise<void> {
  for (const name of NO_DIGESTS) {
    await assert.rejects(async () => store.blobs.get(name), { code: "DIGEST_MALFORMED" });
    await assert.rejects(async () => store.blobs.has(name), { code: "DIGEST_MALFORMED" });
    await assert.rejects(async () => store.memo.get(name), { code: "DIGEST_MALFORMED" });
    await assert.rejects(async () => store.memo.put(name, new Uint8Array()), { code: "DIGEST_MALFORMED" });
  }
}

async function refusesPaths(store: Store): Promise<void> {
  for (const name of NO_DIGESTS) assert.throws(() => store.blobs.path(name), { code: "DIGEST_MALFORMED" });
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.slice(at, at + 50_000);
}

async function streams(store: Remote): Promise<void> {
  const bytes = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 251);
  const known = { sha256: digestOf(bytes), size: bytes.length };
  assert.equal(await store.blobs.write(inPieces(bytes), known), known.sha256);
  assert.equal(await store.blobs.write(inPieces(bytes)), known.sha256);
  const read: Uint8Array[] = [];
  for await (const piece of store.blobs.read(known.sha256)) read.push(piece);
  assert.equal(digestOf(Buffer.concat(read)), known.sha256);
  await assert.rejects(
    async () => {
      for await (const piece of store.blobs.read("0".repeat(64))) assert.fail(`${piece.length} bytes of nothing`);
    },
    { code: "BLOB_MISSING" },
  );
}

async function refusesStreams(store: Remote): Promise<void> {
  const bytes = textBytes("a stream ".repeat(20_000));
  const [sha256, size] = [digestOf(bytes), bytes.length];
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield bytes.slice(0, 70_000);
    throw new Error("the source broke off");
  }
  await assert.rejects(store.blobs.write(broken(), { sha256, size }));
  await assert.rejects(store.blobs.write(inPieces(bytes), { sha256: digestOf(textBytes("other")), size }));
  await assert.rejects(store.blobs.write(inPieces(bytes), { sha256, size: size - 1 }));
  await assert.rejects(store.blobs.write(inPieces(bytes), { limit: 1000 }), { code: "BLOB_TOO_LARGE" });
  assert.equal(await store.blobs.has(sha256), false);
  assert.equal(await store.blobs.has(digestOf(textBytes("other"))), false);
  await store.blobs.write(inPieces(bytes), { sha256, size });
  assert.deepEqual(await store.blobs.get(sha256), bytes);
}

async function touches(store: Remote): Promise<void> {
  assert.equal(await store.blobs.touch("1".repeat(64)), false);
  assert.equal(await store.blobs.touch(await store.blobs.put(textBytes("used"))), true);
}

async function keepsCopies(store: Remote): Promise<void> {
  const bytes = textBytes("mine");
  const name = await store.blobs.put(bytes);
  bytes.fill(0);
  const read = await store.blobs.get(name);
  assert.deepEqual(read, textBytes("mine"));
  read.fill(1);
  assert.deepEqual(await store.blobs.get(name), textBytes("mine"));
}

async function concurrentBlobs(store: Remote): Promise<void> {
  const texts = Array.from({ length: 40 }, (_, index) => `text ${index % 8}`);
  const names = await Promise.all(texts.map((text) => store.blobs.put(textBytes(text))));
  assert.equal(new Set(names).size, 8);
  for (const [index, name] of names.entries()) {
    assert.deepEqual(await store.blobs.get(name), textBytes(texts[index] ?? ""));
  }
}

async function givesFile(store: Store): Promise<void> {
  const bytes = textBytes("streamed");
  const found = await readFile(store.blobs.path(await store.blobs.put(bytes)));
  assert.deepEqual(new Uint8Array(found), bytes);
}

async function remembers(store: Remote): Promise<void> {
  const key = digestOf(textBytes("request"));
  assert.equal(await store.memo.get(key), undefined);
  await store.memo.put(key, textBytes("answer"));
  assert.deepEqual(await store.memo.get(key), textBytes("answer"));
  assert.equal(await store.memo.get(digestOf(textBytes("other"))), undefined);
}

async function firstWins(store: Remote): Promise<void> {
  const key = digestOf(textBytes("request"));
  await store.memo.put(key, textBytes("first"));
  await assert.rejects(store.memo.put(key, textBytes("second")), { code: "MEMO_CONFLICT" });
  assert.deepEqual(await store.memo.get(key), textBytes("first"));
}

async function acceptsSame(store: Remote): Promise<void> {
  const key = digestOf(textBytes("request"));
  await store.memo.put(key, textBytes("same"));
  await store.memo.put(key, textBytes("same"));
  assert.deepEqual(await store.memo.get(key), textBytes("same"));
}

async function oneWinner(store: Remote): Promise<void> {
  const key = digestOf(textBytes("contested"));
  const writes = Array.from({ length: 20 }, (_, index) => store.memo.put(key, textBytes(`answer ${index}`)));
  const ends = await Promise.allSettled(writes);
  assert.equal(ends.filter((end) => end.status === "fulfilled").length, 1);
  const winner = ends.findIndex((end) => end.status === "fulfilled");
  assert.deepEqual(await store.memo.get(key), textBytes(`answer ${winner}`));
}

async function keepsEmpty(store: Remote): Promise<void> {
  const key = digestOf(textBytes("empty"));
  await store.memo.put(key, new Uint8Array());
  assert.deepEqual(await store.memo.get(key), new Uint8Array());
}
