// This file tests the main job as a user sees it: compile, nothing to do, edit, delete everything, compile again, ask.
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let artifact: Buffer;
const FILE = "dist/greeter.kolm";

before(async () => {
  workspace = await makeWorkspace(smallTask());
});
after(() => workspace[Symbol.asyncDispose]());

/** Which stages ran, by what Nx printed. */
function stagesThatRan(stdout: string): string[] {
  return [...stdout.matchAll(/greeter:(\w+) ran in/g)].map((match) => match[1] ?? "").sort();
}

test("a first compile runs every stage, writes the artifact and shows the cover", async () => {
  const { code, stdout, stderr } = await workspace.kolm("compile", "greeter");
  assert.equal(code, 0, stdout + stderr);
  artifact = await readFile(workspace.path(FILE));
  assert.match(stdout, /K [01]\.\d{4}/);
  for (const axis of ["accuracy", "coverage", "latency", "cost", "size"])
    assert.match(stdout, new RegExp(`${axis} +[01]\\.\\d{4}`));
  assert.match(stdout + stderr, /development signing key/);
});

test("a second compile runs nothing and says so", async () => {
  const { code, stdout } = await workspace.kolm("compile", "greeter");
  assert.equal(code, 0);
  assert.deepEqual(stagesThatRan(stdout.replace(/\[local cache\][\s\S]*?\n\n[\s\S]*?\n/g, "")), []);
  assert.match(stdout, /greeter:compile is up to date/);
});

test("a deleted artifact is put back", async () => {
  await rm(workspace.path("dist"), { recursive: true });
  assert.equal((await workspace.kolm("compile", "greeter")).code, 0);
  assert.deepEqual(await readFile(workspace.path(FILE)), artifact);
});

test("what the store lost is made again", async () => {
  await rm(workspace.path(".kolm/store"), { recursive: true });
  await rm(workspace.path("dist"), { recursive: true });
  const { code, stdout, stderr } = await workspace.kolm("compile", "greeter");
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(await readFile(workspace.path(FILE)), artifact);
});

test("after deleting every cache and output the bytes are the same", async () => {
  for (const folder of [".kolm", ".nx", "dist"]) await rm(workspace.path(folder), { recursive: true, force: true });
  assert.equal((await workspace.kolm("compile", "greeter")).code, 0);
  assert.deepEqual(await readFile(workspace.path(FILE)), artifact);
});

test("inspect shows the cover and the digests, in words and as JSON", async () => {
  const words = await workspace.kolm("inspect", FILE);
  assert.equal(words.code, 0, words.stderr);
  for (const part of ["base      use-lite", "layers/model/encoder.onnx", "signer"])
    assert.ok(words.stdout.includes(part), `${part} in\n${words.stdout}`);
  const json = JSON.parse((await workspace.kolm("inspect", FILE, "--json")).stdout) as {
    id: string;
    manifest: { name: string };
  };
  assert.match(json.id, /^[0-9a-f]{64}$/);
  assert.equal(json.manifest.name, "greeter");
});

test("verify passes, and names what a changed byte touches", async () => {
  assert.equal((await workspace.kolm("verify", FILE)).code, 0);
  const altered = Buffer.from(artifact);
  const at = altered.indexOf("layers/model/encoder.onnx") + 20_000;
  altered[at] = (altered[at] ?? 0) ^ 1;
  await writeFile(workspace.path("altered.kolm"), altered);
  const { code, stdout } = await workspace.kolm("verify", "altered.kolm");
  assert.equal(code, 2);
  assert.match(stdout, /E_CHUNK.*layers\/model\/encoder\.onnx/);
  const refused = await workspace.kolm("run", "altered.kolm", "hello");
  assert.equal(refused.code, 2);
  assert.equal(refused.stdout, "");
});

test("run answers one input, or one a line, and explains", async () => {
  const one = await workspace.kolm("run", FILE, "Hello Ravi, good to see you");
  assert.equal(one.code, 0, one.stderr);
  const answer = JSON.parse(one.stdout) as { abstained?: boolean; mood?: string };
  assert.ok(answer.abstained === true || answer.mood === "hello" || answer.mood === "goodbye");
  const explained = JSON.parse((await workspace.kolm("run", FILE, "Bye now", "--explain")).stdout) as Record<
    string,
    unknown
  >;
  for (const key of ["output", "abstained", "confidence", "fields", "path", "work"]) assert.ok(key in explained, key);
});
