// This file checks side indexes in a folder: what stays in the files, under which key, and what a killed process leaves.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { digestOf, KolmError, memoryContent, packArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { packVectors } from "@kolm/runtime";
import { folderSideStorage, openSide, type SideFolderOptions, sideFolderOf } from "@kolm/runtime/node";
import { collect, seedSigner } from "../format/sample.ts";
import { embedded, filesOf, indexLayers, MANUAL, NOTES } from "./side-artifact.ts";
import { stateOf } from "./side-states.ts";
import { CONTRACT, utf8 } from "./small-artifact.ts";

let scratch: string;
let artifact: string;

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), "kolm-side-"));
  artifact = join(scratch, "manual.kolm");
  const layers = [...(await indexLayers(MANUAL)), ["layers/verifier/contract.json", utf8(CONTRACT)] as const];
  const packed = await packArtifact({
    facts: { name: "manual", version: "1.0.0" },
    layers: layers.map(([path, content]) => ({
      path,
      kind: path.split("/")[1] as "recall",
      mediaType: path.endsWith(".json") ? "application/json" : "application/octet-stream",
      content: memoryContent(content),
    })),
    signer: seedSigner(),
    crypto: nodeCrypto,
  });
  writeFileSync(artifact, await collect(packed.stream()));
});
after(() => rmSync(scratch, { recursive: true }));

/** All bytes of all files in a folder, and their names. */
function bytesIn(folder: string): Buffer<ArrayBuffer> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return Buffer.concat(
    files.flatMap((file) => [Buffer.from(file), statSync(file).isFile() ? readFileSync(file) : Buffer.alloc(0)]),
  );
}

const failsWith = (code: string) => (error: unknown) => error instanceof KolmError && error.code === code;
const passphrase =
  (text: string): SideFolderOptions["passphrase"] =>
  async () =>
    utf8(text);

test("the index lies beside the artifact and is searched with it in another process's turn", async () => {
  const first = await openSide(artifact, { create: true });
  await first.add(filesOf(NOTES));
  await first.close();
  assert.deepEqual(readdirSync(sideFolderOf(artifact)).sort(), ["g0", "side.json", "state.mdb", "state.mdb-lock"]);
  const second = await openSide(artifact);
  const { hits } = await second.search("where is the cabin's spare key", { k: 4 });
  assert.deepEqual([hits[0]?.text, hits[0]?.origin, hits.length], [NOTES[2], "own", 4]);
  assert.ok(hits.some(({ origin }) => origin === "sealed"));
  await second.close();
});

test("of a removed or changed file no text and no vector is left in any byte of the folder", async () => {
  const folder = join(scratch, "plain");
  const texts = [...NOTES, "An unrelated line that stays where it is."];
  const side = await openSide(artifact, { folder, create: true });
  await side.add(filesOf(texts));
  const [vector] = await embedded([`note 1\n${NOTES[1]}`]);
  const numbers = Buffer.from(packVectors([vector ?? new Float32Array()], "f32"));
  const traces = ["plum dumplings", "lost its feathers", "note-1.txt", numbers];
  // The search below can find them: they are there now.
  for (const trace of traces) assert.ok(bytesIn(folder).includes(trace), String(trace).slice(0, 40));
  await side.remove(["/home/me/note-1.txt"]);
  await side.add(filesOf(["The sleeping bag is as good as new."]));
  for (const trace of traces) assert.ok(!bytesIn(folder).includes(trace), String(trace).slice(0, 40));
  for (const kept of ["unrelated line that stays", "as good as new"]) assert.ok(bytesIn(folder).includes(kept));
  // Not a number of the vector either: no eight bytes of it in a row.
  const all = bytesIn(folder);
  for (let at = 0; at + 8 <= numbers.length; at += 8) assert.ok(!all.includes(numbers.subarray(at, at + 8)));
  await side.close();
});

test("under a passphrase nothing in the folder can be read, neither names nor texts nor vectors; a wrong one is an error", async () => {
  const folder = join(scratch, "locked");
  const options = { folder, create: true, encrypt: true, logN: 12, passphrase: passphrase("four random words here") };
  const side = await openSide(artifact, options);
  await side.add(filesOf(NOTES));
  await side.close();
  const all = bytesIn(folder);
  const vectors = await embedded(NOTES.map((text, at) => `note ${at}\n${text}`));
  for (const [at, text] of NOTES.entries()) {
    const numbers = Buffer.from(packVectors([vectors[at] ?? new Float32Array()], "f32"));
    for (const part of [text.slice(0, 12), `note-${at}`, "/home/me", numbers.subarray(0, 16)])
      assert.ok(!all.includes(part));
    assert.ok(!all.includes(digestOf(nodeCrypto, utf8(`/home/me/note-${at}.txt`))));
  }
  const again = await openSide(artifact, { folder, passphrase: passphrase("four random words here") });
  assert.equal((await again.search("spare key", { k: 1 })).hits[0]?.text, NOTES[2]);
  await again.close();
  await assert.rejects(openSide(artifact, { folder, passphrase: passphrase("five") }), failsWith("SIDE_LOCKED"));
  await assert.rejects(openSide(artifact, { folder }), failsWith("SIDE_LOCKED"));
  await assert.rejects(openSide(artifact, { folder, key: new Uint8Array(32) }), failsWith("SIDE_LOCKED"));
});

test("a key of 32 bytes opens what it closed; a shorter or wrong one, and one for an index in plain text, are errors", async () => {
  const folder = join(scratch, "keyed");
  const key = new Uint8Array(32).fill(7);
  const side = await openSide(artifact, { folder, create: true, key });
  await side.add(filesOf(NOTES));
  await side.close();
  assert.equal((await openSide(artifact, { folder, key })).list().length, 3);
  await assert.rejects(openSide(artifact, { folder, key: key.map(() => 8) }), failsWith("SIDE_LOCKED"));
  await assert.rejects(openSide(artifact, { folder, key: key.subarray(1) }), failsWith("SIDE_KEY"));
  await assert.rejects(openSide(artifact, { folder, passphrase: passphrase("x") }), failsWith("SIDE_LOCKED"));
  const plain = join(scratch, "unlocked");
  await (await openSide(artifact, { folder: plain, create: true })).add(filesOf(NOTES));
  await assert.rejects(openSide(artifact, { folder: plain, key }), failsWith("SIDE_KEY"));
});

test("a record moved under another key or altered does not open", async () => {
  const folder = join(scratch, "moved");
  const key = new Uint8Array(32).fill(9);
  await (await openSide(artifact, { folder, create: true, key })).add(filesOf(NOTES));
  const storage = folderSideStorage(folder);
  const { revision, records } = await storage.load();
  const [first, second] = records;
  assert.ok(first && second);
  await storage.commit({ revision, put: [{ ...first, key: second.key }], remove: [] });
  await assert.rejects(openSide(artifact, { folder, key }), failsWith("SIDE_DAMAGED"));
});

test("of two writers the later one is told, and the earlier one's files stay", async () => {
  const folder = join(scratch, "two");
  const one = await openSide(artifact, { folder, create: true });
  const other = await openSide(artifact, { folder });
  await one.add(filesOf(NOTES));
  await assert.rejects(other.add(filesOf(["mine"], "/else")), failsWith("SIDE_CHANGED"));
  assert.equal((await openSide(artifact, { folder })).list().length, 3);
});

test("kill -9 in the middle of writing leaves the state before or the state after, and nothing else", async () => {
  const folder = join(scratch, "killed");
  mkdirSync(folder);
  const seen = new Set<number>();
  for (const wait of [80, 190, 330]) {
    const writer = spawn(
      process.execPath,
      ["--conditions=kolm-source", "--import", "tsx", join(import.meta.dirname, "side-writer.ts"), folder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(writer.stdout, "data");
    await pause(wait);
    writer.kill("SIGKILL");
    await once(writer, "exit");
    const { records } = await folderSideStorage(folder).load();
    const turn = records.length === stateOf(0).length ? 0 : 1;
    seen.add(records.length);
    if (records.length > 0) assert.deepEqual(records, stateOf(turn));
    // One generation is left: what the killed process replaced, or had not finished, is gone.
    assert.equal(readdirSync(folder).filter((name) => name.startsWith("g")).length, 1);
  }
  assert.ok(
    [...seen].some((count) => count > 0),
    "some writer was killed after it had written",
  );
});
