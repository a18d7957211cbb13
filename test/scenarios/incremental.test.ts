// This file tests that an edit reruns what depends on it and nothing else.
import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;

before(async () => {
  workspace = await makeWorkspace(smallTask());
  const { code, stdout, stderr } = await workspace.kolm("compile", "greeter");
  assert.equal(code, 0, stdout + stderr);
});
after(() => workspace[Symbol.asyncDispose]());

/** Stages that really ran: Nx replays the words of cached ones under a heading that says so. */
async function rerun(): Promise<string[]> {
  const { code, stdout, stderr } = await workspace.kolm("compile", "greeter");
  assert.equal(code, 0, stdout + stderr);
  const blocks = stdout.split(/^> nx run /m).slice(1);
  const ran = blocks.filter((block) => !/\[.*cache.*\]/.test(block.split("\n")[0] ?? "") && / ran in /.test(block));
  return ran.map((block) => /^greeter:(\w+)/.exec(block)?.[1] ?? "").sort();
}

test("a comment in task.yaml reruns spec alone", async () => {
  await appendFile(workspace.path("tasks/greeter/task.yaml"), "# a remark\n");
  assert.deepEqual(await rerun(), ["spec"]);
});

test("the gate reruns spec, verify, seal and compile", async () => {
  const text = await readFile(workspace.path("tasks/greeter/task.yaml"), "utf8");
  await writeFile(workspace.path("tasks/greeter/task.yaml"), text.replace("k: 0.2", "k: 0.21"));
  assert.deepEqual(await rerun(), ["compile", "seal", "spec", "verify"]);
});

test("an eval reruns spec, verify, seal and compile", async () => {
  await appendFile(
    workspace.path("tasks/greeter/evals.jsonl"),
    `${JSON.stringify({ input: "Hi and welcome back", output: { mood: "hello", person: null } })}\n`,
  );
  assert.deepEqual(await rerun(), ["compile", "seal", "spec", "verify"]);
});

test("an example reruns what learns from it", async () => {
  await appendFile(
    workspace.path("tasks/greeter/examples.jsonl"),
    `${JSON.stringify({ input: "Good day to you, Ravi", output: { mood: "hello", person: "Ravi" } })}\n`,
  );
  const ran = await rerun();
  for (const stage of ["spec", "teach", "distill", "recipes", "verify"])
    assert.ok(ran.includes(stage), `${stage} in ${ran.join()}`);
  assert.ok(!ran.includes("recall"));
});

test("the README reruns nothing", async () => {
  await writeFile(workspace.path("tasks/greeter/README.md"), "# greeter\n");
  assert.deepEqual(await rerun(), []);
});
