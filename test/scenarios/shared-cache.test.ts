// This file tests that two clones which share a cache do the work once, and that a broken cache breaks no build.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createKeyFile, loadKeyFile, publicPem } from "@kolm/format/node";
import { openEnvironment, runStep } from "@kolm/nx";
import { type Served, serve, tokenOf } from "../cache-server/serve.ts";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";
import { startOpenAI } from "../teach/server/openai.ts";

const STAGES = ["spec", "teach", "recipes", "distill", "verify", "seal"];
let served: Served;
let teacher: Awaited<ReturnType<typeof startOpenAI>>;
const clones: Workspace[] = [];

before(async () => {
  served = await serve();
  teacher = await startOpenAI({
    answer: (input) => ({ mood: /bye|farewell|later/i.test(input) ? "goodbye" : "hello", person: null }),
  });
  process.env["CACHE_TOKEN"] = tokenOf("main");
});
after(async () => {
  await served[Symbol.asyncDispose]();
  await teacher[Symbol.asyncDispose]();
  for (const clone of clones) await clone[Symbol.asyncDispose]();
});

/** A clone of one repository: all have the same files, but the producer's private key only where `signs`. */
async function clone(url: string, signs: boolean): Promise<Workspace> {
  const workspace = await makeWorkspace(
    smallTask(
      "greeter",
      `teacher: {provider: openai, model: m, baseURL: "${teacher.baseURL}", price: {input: 0, output: 0}}\n`,
    ),
  );
  const source = clones[0] ?? workspace;
  clones.push(workspace);
  if (source === workspace) await createKeyFile(workspace.path("ci.pem"));
  else if (signs) await cp(source.path("ci.pem"), workspace.path("ci.pem"));
  await workspace.write("ci.pub.pem", publicPem((await loadKeyFile(source.path("ci.pem"))).spki));
  const remote = { url, token: "CACHE_TOKEN", producers: ["ci.pub.pem"], key: "ci.pem", timeoutMs: 500 };
  const file = workspace.path("kolm.workspace.yaml");
  await writeFile(file, `${await readFile(file, "utf8")}\ncache: ${JSON.stringify({ remote })}\n`);
  process.env["KOLM_HOME"] = source.path(".home");
  return workspace;
}

/** What each stage of a compile did. */
async function compile({ root }: Workspace): Promise<{ ran: string[]; calls: number; score: string }> {
  const environment = await openEnvironment(root, new AbortController().signal);
  const before = teacher.till.calls.length;
  const ran: string[] = [];
  try {
    for (const [owner, stage] of [["use-lite", "base"], ...STAGES.map((stage) => ["greeter", stage])] as [
      string,
      string,
    ][]) {
      const { status } = await runStep({ owner, stage, report: () => {} }, environment);
      if (status === "ran") ran.push(stage);
    }
  } finally {
    await environment.store.close();
  }
  const score = await readFile(join(root, ".kolm/tasks/greeter/seal/manifest.json"), "utf8").catch(() => "none");
  return { ran, calls: teacher.till.calls.length - before, score };
}

test("the second clone runs no stage and asks the teacher nothing, and seals the same", async () => {
  const first = await compile(await clone(served.url, true));
  assert.deepEqual(first.ran, ["base", ...STAGES]);
  assert.ok(first.calls >= 20, `${first.calls} calls`);
  const second = await compile(await clone(served.url, false));
  assert.deepEqual([second.ran, second.calls], [[], 0]);
  assert.equal(second.score, first.score);
});

test("with one example more, the second clone asks for that one alone", async () => {
  const workspace = await clone(served.url, false);
  const rows = workspace.path("tasks/greeter/examples.jsonl");
  const added = JSON.stringify({ input: "Servus and welcome, dear Anna", output: { mood: "hello", person: "Anna" } });
  await writeFile(rows, `${await readFile(rows, "utf8")}${added}\n`);
  const { ran, calls } = await compile(workspace);
  assert.ok(ran.includes("teach") && !ran.includes("base"), ran.join());
  assert.equal(calls, 1);
});

test("what a producer nobody lists has signed is built anew", async () => {
  const workspace = await clone(served.url, false);
  await createKeyFile(workspace.path("other.pem"));
  await workspace.write("ci.pub.pem", publicPem((await loadKeyFile(workspace.path("other.pem"))).spki));
  const environment = await openEnvironment(workspace.root, new AbortController().signal);
  const { status } = await runStep({ owner: "greeter", stage: "spec", report: () => {} }, environment);
  await environment.store.close();
  assert.equal(status, "ran");
});

test("a cache that is not there costs a build no more than its patience", async () => {
  const workspace = await clone("http://127.0.0.1:9", true);
  const { ran } = await compile(workspace);
  assert.deepEqual(ran, ["base", ...STAGES]);
});
