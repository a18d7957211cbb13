// This file tests that kill -9 in the middle of every stage, or a full disk, leaves nothing half-written to be taken for whole.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { exists } from "@kolm/stage";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";

const KOLM = join(import.meta.dirname, "../../tools/kolm/bin/kolm.js");
const STAGES = ["spec", "teach", "recipes", "distill", "verify", "seal", "compile"];
let workspace: Workspace;
let artifact: Buffer;

before(async () => {
  workspace = await makeWorkspace(smallTask());
  const { code, stdout, stderr } = await workspace.kolm("compile", "greeter");
  assert.equal(code, 0, stdout + stderr);
  artifact = await readFile(workspace.path("dist/greeter.kolm"));
});
after(() => workspace[Symbol.asyncDispose]());

async function removeOutputs(): Promise<void> {
  for (const folder of [".kolm", ".nx", "dist"]) await rm(workspace.path(folder), { recursive: true, force: true });
}

/** Starts a compile and kills its whole process group once the stage has opened its scratch folder. */
async function killDuring(stage: string): Promise<boolean> {
  const child = workspace.start("compile", "greeter");
  const exited = once(child, "exit");
  let running = true;
  void exited.then(() => (running = false));
  while (running) {
    const scratch = await readdir(workspace.path(".kolm/scratch")).catch(() => []);
    if (scratch.some((entry) => entry.endsWith(`-greeter-${stage}`))) break;
    await wait(1);
  }
  const caught = running;
  if (running && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exited;
  return caught;
}

for (const stage of STAGES) {
  test(`kill -9 during ${stage}, then the same command again, gives the same artifact`, async (context) => {
    await removeOutputs();
    if (!(await killDuring(stage))) return context.skip("the stage was over before it could be killed");
    const { code, stdout, stderr } = await workspace.kolm("compile", "greeter");
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(await readFile(workspace.path("dist/greeter.kolm")), artifact);
    assert.deepEqual(await readdir(workspace.path(".kolm/scratch")), []);
    assert.deepEqual(await readdir(workspace.path("dist")), ["greeter.kolm"]);
  });
}

test("a full disk while the artifact is written is a clear error, and no file appears", async (context) => {
  const script = `mkdir -p dist && mount -t tmpfs -o size=4m tmpfs dist && "${process.execPath}" "${KOLM}" stage compile greeter; echo "code $?"; ls -A dist`;
  await rm(workspace.path("dist"), { recursive: true, force: true });
  let printed: string;
  try {
    printed = execFileSync("unshare", ["-rm", "sh", "-c", `(${script}) 2>&1`], {
      cwd: workspace.root,
      encoding: "utf8",
      env: { ...process.env, KOLM_HOME: workspace.path(".home") },
    });
  } catch {
    return context.skip("no user namespaces here");
  }
  if (/permission denied|not permitted/i.test(printed)) return context.skip("a tmpfs cannot be mounted here");
  assert.match(printed, /error DISK_FULL: /);
  assert.match(printed, /code 1\n$/);
  assert.equal(await exists(workspace.path("dist/greeter.kolm")), false);
});

test("with no network at all, a compile from nothing and an answer work, byte for byte", async (context) => {
  await removeOutputs();
  const script = `"${process.execPath}" "${KOLM}" compile greeter && "${process.execPath}" "${KOLM}" run dist/greeter.kolm "Hello Ravi"`;
  try {
    execFileSync("unshare", ["-rn", "true"]);
  } catch {
    return context.skip("no user namespaces here");
  }
  const printed = execFileSync("unshare", ["-rn", "sh", "-c", script], {
    cwd: workspace.root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, KOLM_HOME: workspace.path(".home"), NX_DAEMON: "false" },
  });
  assert.match(printed, /"mood"/);
  assert.deepEqual(await readFile(workspace.path("dist/greeter.kolm")), artifact);
});
