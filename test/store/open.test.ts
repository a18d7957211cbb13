// This file shows that the store in a folder behaves as every store must, and survives crashes and damage.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openStore } from "@kolm/store";
import { storeSuite } from "./suite.ts";

const root = await mkdtemp(join(tmpdir(), "kolm-store-"));
after(() => rm(root, { recursive: true, force: true }));
let count = 0;
const freshFolder = (): string => join(root, String(count++));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));
const spawnWriter = (...args: string[]) =>
  spawn(process.execPath, ["--conditions=kolm-source", "--import", "tsx", writer, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });

storeSuite("folder store", () => openStore(freshFolder()));

describe("folder store on disk", () => {
  it("keeps blobs as blobs/<2 hex>/<62 hex> and opens no memo before it is used", async () => {
    const folder = freshFolder();
    const store = await openStore(folder);
    const name = await store.blobs.put(bytesOf("x"));
    assert.deepEqual(await readdir(join(folder, "blobs")), [name.slice(0, 2)]);
    assert.deepEqual(await readdir(join(folder, "blobs", name.slice(0, 2))), [name.slice(2)]);
    assert.deepEqual((await readdir(folder)).sort(), ["blobs", "temp"]);
    await store.close();
  });

  it("finds everything again after it was closed and opened", async () => {
    const folder = freshFolder();
    const first = await openStore(folder);
    const name = await first.blobs.put(bytesOf("kept"));
    await first.memo.put(name, bytesOf("answer"));
    await first.close();
    const second = await openStore(folder);
    assert.deepEqual(await second.blobs.get(name), bytesOf("kept"));
    assert.deepEqual(await second.memo.get(name), bytesOf("answer"));
    await second.close();
  });

  it("refuses an altered or shortened blob, and storing the bytes again mends it", async () => {
    const store = await openStore(freshFolder());
    const name = await store.blobs.put(bytesOf("right"));
    for (const wrong of ["wrong", "righ", ""]) {
      await chmod(store.blobs.path(name), 0o644);
      await writeFile(store.blobs.path(name), wrong);
      await assert.rejects(store.blobs.get(name), { code: "BLOB_ALTERED" });
      await store.blobs.put(bytesOf("right"));
      assert.deepEqual(await store.blobs.get(name), bytesOf("right"));
    }
    await store.close();
  });

  it("says in words that a file stands where the folder should be", async () => {
    const folder = freshFolder();
    await writeFile(folder, "a file");
    await assert.rejects(openStore(folder), { code: "STORE_NOT_A_FOLDER" });
  });

  it("removes the temporary files of dead and day-old writers, and leaves those of living ones", async () => {
    const folder = freshFolder();
    const temps = join(folder, "temp");
    const child = spawnWriter(folder, "temp-name");
    child.stdout.setEncoding("utf8");
    const [dead] = (await once(child.stdout, "data")) as [string];
    child.kill("SIGKILL");
    await once(child, "exit");
    await writeFile(join(temps, dead.trim()), "half");
    await writeFile(join(temps, "otherhost-1-00"), "half");
    await writeFile(join(temps, "otherhost-2-00"), "half");
    await utimes(join(temps, "otherhost-2-00"), 1, 1);
    const mine = dead.trim().replace(`-${child.pid}-`, `-${process.pid}-`);
    await writeFile(join(temps, mine), "half");
    await (await openStore(folder)).close();
    assert.deepEqual((await readdir(temps)).sort(), [mine, "otherhost-1-00"].sort());
  });

  it("lets the process end by itself, after close and without it", async () => {
    for (const mode of ["close", "leave"]) {
      const child = spawnWriter(freshFolder(), mode);
      const [code] = await once(child, "exit", { signal: AbortSignal.timeout(10_000) });
      assert.equal(code, 0, mode);
    }
  });
});

describe("folder store under kill -9", () => {
  it("keeps every blob and answer that a killed writer had announced, whole", async () => {
    const folder = freshFolder();
    for (let round = 0; round < 4; round++) {
      const child = spawnWriter(folder, "write", String(round));
      let announced = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        announced += text;
        if (announced.length > 70 * (5 + round * 40)) child.kill("SIGKILL");
      });
      await once(child, "close");
      const names = announced.split("\n").slice(0, -1);
      assert.ok(names.length > 0);
      const store = await openStore(folder);
      for (const name of names) {
        assert.equal((await store.blobs.get(name)).length, 20_000);
        assert.deepEqual(await store.memo.get(name), bytesOf(name));
      }
      await store.close();
      assert.deepEqual(await readdir(join(folder, "temp")), []);
    }
  });

  it("takes writers from several processes at once", async () => {
    const folder = freshFolder();
    const ends = ["a", "a", "b"].map(async (seed) => once(spawnWriter(folder, "few", seed), "exit"));
    assert.deepEqual(
      (await Promise.all(ends)).map(([code]) => code as number),
      [0, 0, 0],
    );
    const store = await openStore(folder);
    let blobs = 0;
    for (const prefix of await readdir(join(folder, "blobs"))) {
      for (const rest of await readdir(join(folder, "blobs", prefix))) {
        assert.equal((await stat(join(folder, "blobs", prefix, rest))).size, 20_000);
        assert.deepEqual(
          await store.blobs.get(prefix + rest),
          new Uint8Array(await readFile(store.blobs.path(prefix + rest))),
        );
        blobs++;
      }
    }
    assert.equal(blobs, 60);
    await store.close();
  });
});
