// This file has other people's ZIP readers open an artifact: it must be an ordinary ZIP to them.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { collect, layer, LAYERS, packSample } from "./sample.ts";

let folder = "";
let file = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "kolm-readers-"));
  file = join(folder, "triage.kolm");
  const layers = [...LAYERS, layer("docs", "layers/docs/card.md", "words ".repeat(40_000))];
  await writeFile(file, await collect((await packSample({ layers })).stream()));
});
after(() => rm(folder, { recursive: true }));

const PYTHON = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
assert archive.read("layers/model/student.onnx") == b"weights"
assert archive.namelist()[0] == "mimetype" and len(archive.namelist()) == 8
big = archive.getinfo("layers/docs/card.md")
assert big.date_time == (1980, 1, 1, 0, 0, 0) and big.compress_type == 0
`;

test("unzip tests the file without a complaint", { skip: missing("unzip", "-v") }, () => {
  const run = spawnSync("unzip", ["-t", file]);
  assert.equal(run.status, 0, run.stdout.toString() + run.stderr.toString());
  assert.match(run.stdout.toString(), /No errors detected/);
});

test("Python's zipfile reads every member", { skip: missing("python3", "--version") }, () => {
  const run = spawnSync("python3", ["-c", PYTHON, file]);
  assert.equal(run.status, 0, run.stderr.toString());
});

test("file(1) finds the media type at its place", { skip: missing("file", "--version") }, () => {
  assert.match(spawnSync("file", [file]).stdout.toString(), /application\/vnd\.kolm\.artifact/);
});

function missing(command: string, option: string): string | false {
  return spawnSync(command, [option]).status === 0 ? false : `${command} is not installed`;
}
