// This file is the behaviour every store must show; each implementation's test runs it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Store } from "@kolm/store";

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Runs the shared tests against stores that make() gives; each call must give an empty store. */
export function storeSuite(name: string, make: () => Promise<Store>): void {
  const withStore = (use: (store: Store) => Promise<void>) => async () => {
    const store = await make();
    try {
      await use(store);
    } finally {
      await store.close();
    }
  };
  describe(`${name}: blobs`, () => {
    it("names bytes by their SHA-256 and gives back exactly these bytes", withStore(roundTrip));
    it("stores the same bytes twice under one name", withStore(storesTwice));
    it("says that a blob is missing, with its name and a hint", withStore(namesMissing));
    it("refuses a name that is no digest", withStore(refusesNames));
    it("keeps its own copy of the bytes", withStore(keepsCopies));
    it("lets many writers store the same and different bytes at once", withStore(concurrentBlobs));
    it("gives a file that holds the bytes", withStore(givesFile));
  });
  describe(`${name}: memo`, () => {
    it("remembers an answer by its key and knows nothing else", withStore(remembers));
    it("keeps the first answer and refuses a different second one", withStore(firstWins));
    it("accepts the same answer again", withStore(acceptsSame));
    it("lets exactly one of many different writers win", withStore(oneWinner));
    it("keeps an empty answer apart from no answer", withStore(keepsEmpty));
  });
}

async function roundTrip(store: Store): Promise<void> {
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

async function storesTwice(store: Store): Promise<void> {
  const bytes = textBytes("twice");
  assert.equal(await store.blobs.put(bytes), await store.blobs.put(bytes));
  assert.deepEqual(await store.blobs.get(digestOf(bytes)), bytes);
}

async function namesMissing(store: Store): Promise<void> {
  const name = "0".repeat(64);
  assert.equal(await store.blobs.has(name), false);
  await assert.rejects(store.blobs.get(name), (error: { code?: string; message: string; hint?: string }) => {
    assert.equal(error.code, "BLOB_MISSING");
    assert.match(error.message, /0{64}/);
    assert.ok(error.hint);
    return true;
  });
}

async function refusesNames(store: Store): Promise<void> {
  for (const name of ["", "../../etc/passwd", "A".repeat(64), "0".repeat(63), `${"0".repeat(63)}/`]) {
    await assert.rejects(async () => store.blobs.get(name), { code: "DIGEST_MALFORMED" });
    await assert.rejects(async () => store.blobs.has(name), { code: "DIGEST_MALFORMED" });
    assert.throws(() => store.blobs.path(name), { code: "DIGEST_MALFORMED" });
    await assert.rejects(async () => store.memo.get(name), { code: "DIGEST_MALFORMED" });
    await assert.rejects(async () => store.memo.put(name, new Uint8Array()), { code: "DIGEST_MALFORMED" });
  }
}

async function keepsCopies(store: Store): Promise<void> {
  const bytes = textBytes("mine");
  const name = await store.blobs.put(bytes);
  bytes.fill(0);
  const read = await store.blobs.get(name);
  assert.deepEqual(read, textBytes("mine"));
  read.fill(1);
  assert.deepEqual(await store.blobs.get(name), textBytes("mine"));
}

async function concurrentBlobs(store: Store): Promise<void> {
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

async function remembers(store: Store): Promise<void> {
  const key = digestOf(textBytes("request"));
  assert.equal(await store.memo.get(key), undefined);
  await store.memo.put(key, textBytes("answer"));
  assert.deepEqual(await store.memo.get(key), textBytes("answer"));
  assert.equal(await store.memo.get(digestOf(textBytes("other"))), undefined);
}

async function firstWins(store: Store): Promise<void> {
  const key = digestOf(textBytes("request"));
  await store.memo.put(key, textBytes("first"));
  await assert.rejects(store.memo.put(key, textBytes("second")), { code: "MEMO_CONFLICT" });
  assert.deepEqual(await store.memo.get(key), textBytes("first"));
}

async function acceptsSame(store: Store): Promise<void> {
  const key = digestOf(textBytes("request"));
  await store.memo.put(key, textBytes("same"));
  await store.memo.put(key, textBytes("same"));
  assert.deepEqual(await store.memo.get(key), textBytes("same"));
}

async function oneWinner(store: Store): Promise<void> {
  const key = digestOf(textBytes("contested"));
  const writes = Array.from({ length: 20 }, (_, index) => store.memo.put(key, textBytes(`answer ${index}`)));
  const ends = await Promise.allSettled(writes);
  assert.equal(ends.filter((end) => end.status === "fulfilled").length, 1);
  const winner = ends.findIndex((end) => end.status === "fulfilled");
  assert.deepEqual(await store.memo.get(key), textBytes(`answer ${winner}`));
}

async function keepsEmpty(store: Store): Promise<void> {
  const key = digestOf(textBytes("empty"));
  await store.memo.put(key, new Uint8Array());
  assert.deepEqual(await store.memo.get(key), new Uint8Array());
}
