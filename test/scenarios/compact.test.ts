// This file tests compact artifacts as a user sees them: smaller weights, a base that is only referenced, the PEFT folder.
import assert from "node:assert/strict";
import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";

const KOLM = join(import.meta.dirname, "../../tools/kolm/bin/kolm.js");
let workspace: Workspace;
let elsewhere: string;

before(async () => {
  const small = smallTask("small");
  small["tasks/small/task.yaml"] = (small["tasks/small/task.yaml"] ?? "").replace(
    "epochs: 4",
    "epochs: 4, weights: int8",
  );
  workspace = await makeWorkspace({ ...small, ...smallTask("thin", "artifact: {base: referenced}\n") });
  elsewhere = await mkdtemp(join(tmpdir(), "kolm-elsewhere-"));
});
after(async () => {
  await workspace[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true });
});

/** Runs the command outside any workspace. */
async function outside(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const ran = await promisify(execFile)(process.execPath, [KOLM, ...words], { cwd: elsewhere });
    return { code: 0, ...ran };
  } catch (error) {
    // execFile rejects with the exit code and what was written.
    return error as { code: number; stdout: string; stderr: string };
  }
}

type Manifest = { manifest: { layers: { path: string; size: number; referenced?: true }[] } };

test("int8 weights give a file a quarter of the size, judged as it ships, with their cost on the cover", async () => {
  const compiled = await workspace.kolm("compile", "small");
  assert.equal(compiled.code, 0, compiled.stdout + compiled.stderr);
  const { size } = await stat(workspace.path("dist/small.kolm"));
  assert.ok(size < 9_000_000, String(size));
  const json = await workspace.kolm("inspect", "dist/small.kolm", "--json");
  const { manifest } = JSON.parse(json.stdout) as Manifest;
  const weights = manifest.layers.map(({ path }) => path).filter((path) => /\.(onnx|safetensors)$/.test(path));
  assert.deepEqual(weights, ["layers/model/student.onnx"]);
  const { stdout } = await workspace.kolm("inspect", "dist/small.kolm");
  assert.match(stdout, /weights +int8: [01](\.\d+)? right of 20 held-out examples, [01](\.\d+)? with float32/);
  assert.equal((await workspace.kolm("verify", "dist/small.kolm")).code, 0);
  const answer = JSON.parse(
    (await workspace.kolm("run", "dist/small.kolm", "Good morning Ravi", "--explain")).stdout,
  ) as {
    fields: Record<string, { path: string }>;
  };
  assert.deepEqual(Object.keys(answer.fields), ["mood", "person"]);
  const exported = await workspace.kolm("export", "dist/small.kolm", "--peft", "peft");
  assert.equal(exported.code, 1);
  assert.match(exported.stderr, /EXPORT_NO_ADAPTER[\s\S]*merged/);
});

test("a file that references its base is small and verifies without it", async () => {
  const compiled = await workspace.kolm("compile", "thin");
  assert.equal(compiled.code, 0, compiled.stdout + compiled.stderr);
  const { size } = await stat(workspace.path("dist/thin.kolm"));
  assert.ok(size < 1_500_000, String(size));
  const verified = await workspace.kolm("verify", "dist/thin.kolm");
  assert.equal(verified.code, 0);
  assert.match(verified.stdout, /not in the file: layers\/model\/encoder\.onnx, \d+ bytes\n +SHA-256 [0-9a-f]{64}/);
  assert.match(
    (await workspace.kolm("inspect", "dist/thin.kolm")).stdout,
    /encoder\.onnx \(referenced, not in the file\)/,
  );
});

test("it answers where the workspace has the base, and elsewhere when it is given", async () => {
  const inside = await workspace.kolm("run", "dist/thin.kolm", "Good morning Ravi", "--explain");
  assert.equal(inside.code, 0, inside.stderr);
  const file = join(elsewhere, "thin.kolm");
  await copyFile(workspace.path("dist/thin.kolm"), file);
  assert.equal((await outside("verify", file)).code, 0);
  const missing = await outside("run", file, "Good morning Ravi");
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /BASE_MISSING[\s\S]*--base/);
  const base = JSON.parse(await readFile(workspace.path(".kolm/bases/use-lite/base.json"), "utf8")) as {
    model: { sha256: string };
  };
  const stored = (await readdir(workspace.path(".kolm/store"), { recursive: true })).find((path) =>
    path.replaceAll(/[\\/]/g, "").endsWith(base.model.sha256),
  );
  const model = workspace.path(".kolm/store", stored ?? "none");
  const given = await outside("run", file, "Good morning Ravi", "--explain", "--base", model);
  assert.equal(given.code, 0, given.stderr);
  assert.equal(given.stdout, inside.stdout);
  const wrong = await outside("run", file, "Good morning Ravi", "--base", file);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /REFERENCE_WRONG/);
});

test("its adapter comes out as a PEFT folder all the same", async () => {
  const exported = await workspace.kolm("export", "dist/thin.kolm", "--peft", "peft");
  assert.equal(exported.code, 0, exported.stderr);
  assert.equal((await readdir(workspace.path("peft"))).length, 5);
});

test("weights of the task's own cannot be referenced, and the build says what to change", async () => {
  const task = workspace.path("tasks/small/task.yaml");
  await appendFile(task, "artifact: {base: referenced}\n");
  const { code, stdout, stderr } = await workspace.kolm("compile", "small");
  assert.equal(code, 1);
  assert.match(stdout + stderr, /BASE_NOT_SHARED[\s\S]*student\.weights: fp32/);
});
