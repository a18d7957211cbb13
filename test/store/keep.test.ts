// This file tests making room in a store and finding damage in it.
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { collectGarbage, measureBlobs, openStore, type Store, verifyBlobs } from "@kolm/store";

const DAY = 86_400_000;
const NOW = Date.now();
let root: string;
before(async () => void (root = await mkdtemp(join(tmpdir(), "kolm-keep-"))));
after(() => rm(root, { recursive: true, force: true }));

/** A store with four blobs of 100 bytes, used 1, 2, 3 and 4 days before NOW; their names in that order. */
async function fourBlobs(name: string): Promise<{ store: Store; folder: string; names: string[] }> {
  const store = await openStore(join(root, name));
  const names: string[] = [];
  for (let days = 1; days <= 4; days++) {
    const sha256 = await store.blobs.put(new Uint8Array(100).fill(days));
    await utimes(store.blobs.path(sha256), 0, (NOW - days * DAY) / 1000);
    names.push(sha256);
  }
  return { store, folder: join(root, name, "blobs"), names };
}

async function present(store: Store, names: readonly string[]): Promise<boolean[]> {
  return Promise.all(names.map((name) => store.blobs.has(name)));
}

test("by size, what was used longest ago goes first", async () => {
  const { store, folder, names } = await fourBlobs("size");
  const { kept, removed } = await collectGarbage(folder, { maxBytes: 250, now: NOW });
  assert.deepEqual(
    [kept, removed],
    [
      { count: 2, bytes: 200 },
      { count: 2, bytes: 200 },
    ],
  );
  assert.deepEqual(await present(store, names), [true, true, false, false]);
});

test("by age, what is younger stays, and so does what is pinned", async () => {
  const { store, folder, names } = await fourBlobs("age");
  const pins = new Set(names.slice(3));
  const { pinned, removed } = await collectGarbage(folder, { maxAgeMs: 1.5 * DAY, pins, now: NOW });
  assert.deepEqual([pinned.count, removed.count], [1, 2]);
  assert.deepEqual(await present(store, names), [true, false, false, true]);
});

test("what was used within the hour stays whatever the limits", async () => {
  const { folder } = await fourBlobs("fresh");
  const { removed } = await collectGarbage(folder, { maxBytes: 0, now: NOW - 4 * DAY + 1000 });
  assert.equal(removed.count, 0);
});

test("a dry run removes nothing and says what would go", async () => {
  const { folder } = await fourBlobs("dry");
  assert.equal((await collectGarbage(folder, { maxBytes: 0, now: NOW, dryRun: true })).removed.count, 4);
  assert.deepEqual(await measureBlobs(folder), { count: 4, bytes: 400 });
});

test("looking a blob up counts as using it", async () => {
  const { store, folder, names } = await fourBlobs("used");
  assert.equal(await store.blobs.has(names[3] ?? ""), true);
  await collectGarbage(folder, { maxBytes: 100, now: NOW });
  assert.deepEqual(await present(store, names), [false, false, false, true]);
});

test("damage is found, and repaired by removing it", async () => {
  const { store, folder, names } = await fourBlobs("damage");
  const path = store.blobs.path(names[1] ?? "");
  await chmod(path, 0o644);
  await writeFile(path, "other bytes");
  const seen = await verifyBlobs(folder);
  assert.deepEqual([seen.checked, seen.damaged.map(({ sha256 }) => sha256)], [4, [names[1]]]);
  await verifyBlobs(folder, { repair: true });
  assert.deepEqual(await present(store, names), [true, false, true, true]);
  assert.deepEqual((await verifyBlobs(folder)).damaged, []);
});
