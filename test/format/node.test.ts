// This file holds the Node side to its promises: whole files or none, private keys, reads that notice change.
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { KolmError, utf8, verifyArtifact } from "@kolm/format";
import {
  fileContent,
  loadKeyFile,
  loadOrCreateKeyFile,
  nodeCrypto,
  openFileSource,
  writeFileAtomically,
} from "@kolm/format/node";
import { packSample } from "./sample.ts";

const folder = await mkdtemp(join(tmpdir(), "kolm-node-"));
after(() => rm(folder, { recursive: true }));
const REPO = join(import.meta.dirname, "../..");

test("an artifact written to disk verifies from disk and nothing else is left beside it", async () => {
  const path = join(folder, "dist/triage.kolm");
  const packed = await packSample();
  await writeFileAtomically(path, packed.stream(), { size: packed.size });
  await using source = await openFileSource(path);
  const verdict = await verifyArtifact(source, { crypto: nodeCrypto });
  assert.ok(verdict.passed && verdict.id === packed.id);
  assert.deepEqual(await readdir(join(folder, "dist")), ["triage.kolm"]);
});

test("a writer that fails in the middle leaves the old file and no temporary one", async () => {
  const path = join(folder, "kept/file");
  await writeFileAtomically(path, [utf8("old")]);
  async function* failing() {
    yield utf8("half of the new");
    throw new Error("the source broke");
  }
  await assert.rejects(writeFileAtomically(path, failing()), /the source broke/);
  await assert.rejects(writeFileAtomically(path, [utf8("new")], { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  assert.equal(await readFile(path, "utf8"), "old");
  assert.deepEqual(await readdir(join(folder, "kept")), ["file"]);
});

test("what a killed writer left is cleared by the next one, what a living one writes is not", async () => {
  const path = join(folder, "stale/file");
  await writeFileAtomically(path, [utf8("old")]);
  const host = hostname().replaceAll(/[^A-Za-z0-9]/g, "");
  const dead = spawnSync(process.execPath, ["-e", "0"]).pid;
  await writeFile(join(folder, `stale/.file.${host}-part-${dead}-00`), "junk");
  await writeFile(join(folder, `stale/.file.${host}-part-${process.pid}-00`), "in work");
  await writeFileAtomically(path, [utf8("new")]);
  assert.deepEqual((await readdir(join(folder, "stale"))).sort(), [`.file.${host}-part-${process.pid}-00`, "file"]);
});

const FULL_DISK = `
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
const { writeFileAtomically } = await import("@kolm/format/node");
const path = process.argv[1] + "/a.kolm";
writeFileSync(path, "old");
const pieces = Array.from({ length: 40 }, () => new Uint8Array(100_000));
const error = await writeFileAtomically(path, pieces, { size: 4_000_000 }).catch((caught) => caught);
console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint,
  files: readdirSync(process.argv[1]), kept: readFileSync(path, "utf8") }));
`;

test("a full disk is told as DISK_FULL with what was needed, and the old file stays", { skip: noTmpfs() }, () => {
  const mount = join(folder, "full");
  const node = `"$0" --conditions=kolm-source --import tsx --input-type=module -e "$1" "$2"`;
  const script = `mkdir "$2" && mount -t tmpfs -o size=1m none "$2" && ${node}`;
  const run = spawnSync("unshare", ["-rm", "sh", "-c", script, process.execPath, FULL_DISK, mount], { cwd: REPO });
  const told = JSON.parse(run.stdout.toString() || JSON.stringify({ code: run.stderr.toString() }));
  assert.equal(told.code, "DISK_FULL");
  assert.match(told.message, /needs 4000000 bytes, \d+ are free/);
  assert.match(told.hint, /Free space/);
  assert.deepEqual([told.files, told.kept], [["a.kolm"], "old"]);
});

test("a place that cannot be written is told as NOT_WRITABLE", async () => {
  await assert.rejects(writeFileAtomically(folder, [utf8("x")]), { code: "NOT_WRITABLE" });
});

test("missing files, folders and short files are told as what they are", async () => {
  await assert.rejects(openFileSource(join(folder, "none.kolm")), {
    code: "FILE_UNREADABLE",
    message: /does not exist/,
  });
  await assert.rejects(openFileSource(folder), { code: "FILE_UNREADABLE" });
  const path = join(folder, "short");
  await writeFile(path, "12345");
  await using source = await openFileSource(path);
  await writeFile(path, "1");
  await assert.rejects(source.read(0, 5), { code: "SHORT_READ" });
  await assert.rejects(fileContent(join(folder, "none.bin")), KolmError);
});

test("a development key is made once, stays private, and loads as the same signer", async () => {
  const path = join(folder, "keys/dev.pem");
  const first = await loadOrCreateKeyFile(path);
  const second = await loadOrCreateKeyFile(path);
  assert.deepEqual([first.created, second.created], [true, false]);
  assert.equal(second.signer.kid, first.signer.kid);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(folder, "keys")), ["dev.pem"]);
  const message = utf8("words");
  assert.ok(await nodeCrypto.verifyEd25519(first.signer.spki, message, await second.signer.sign(message)));
  const secret = (await readFile(path, "utf8")).split("\n")[1] ?? "";
  assert.ok(secret.length > 40 && !inspect(first.signer, { depth: 9, showHidden: true }).includes(secret.slice(24)));
});

test("processes that race to make the key all sign with the one that won", async () => {
  const path = join(folder, "raced/dev.pem");
  const files = await Promise.all(Array.from({ length: 12 }, () => loadOrCreateKeyFile(path)));
  assert.equal(new Set(files.map((file) => file.signer.kid)).size, 1);
  assert.deepEqual(files.filter((file) => file.created).length, 1);
  assert.deepEqual(await readdir(join(folder, "raced")), ["dev.pem"]);
});

test(
  "a key file others can reach is refused, with the command that helps",
  { skip: process.platform === "win32" },
  async () => {
    const path = join(folder, "exposed.pem");
    await loadOrCreateKeyFile(path);
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      await chmod(path, mode);
      await assert.rejects(loadOrCreateKeyFile(path), { code: "KEY_EXPOSED", hint: /chmod 600/ });
    }
  },
);

test("a file that holds no Ed25519 key is refused without quoting it", async () => {
  const path = join(folder, "broken.pem");
  for (const text of ["", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", "s".repeat(9000)]) {
    await writeFile(path, text, { mode: 0o600 });
    const error: unknown = await loadKeyFile(path).catch((caught: unknown) => caught);
    assert.ok(error instanceof KolmError && error.code === "KEY_UNREADABLE");
    assert.ok(!inspect(error).includes("c2VjcmV0"));
  }
  await assert.rejects(loadKeyFile(join(folder, "none.pem")), { code: "KEY_MISSING" });
});

function noTmpfs(): string | false {
  const run = spawnSync("unshare", ["-rm", "sh", "-c", 'mount -t tmpfs -o size=64k none "$0"', folder]);
  return run.status === 0 ? false : "this machine does not let us mount a small disk";
}
