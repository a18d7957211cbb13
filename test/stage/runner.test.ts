// This file tests what the runner promises: reuse by fingerprint, outputs all at once, undeclared files refused, lost bytes noticed.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type Context, createRng, type Ports, runStage, type Stage, stableJson } from "@kolm/stage";
import { memoryStore, type Store } from "@kolm/store";
import { z } from "zod";

let root: string;
let store: Store;
let runs: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kolm-stage-"));
  await mkdir(join(root, "tasks/demo"), { recursive: true });
  await writeFile(join(root, "tasks/demo/words.txt"), "one two");
  store = memoryStore();
  runs = 0;
});
afterEach(() => rm(root, { recursive: true, force: true }));

function stage(body: (context: Context<unknown>) => Promise<void> = count): Stage {
  return {
    name: "teach",
    summary: "Counts words.",
    section: "",
    options: z.unknown(),
    reads: ["task/words.txt"],
    writes: ["count.json", "large.bin"],
    run: async (context) => {
      runs++;
      await body(context);
    },
  };
}

async function count({ inputs, outputs }: Context<unknown>): Promise<void> {
  const words = new TextDecoder().decode(await inputs.bytes("task/words.txt")).split(" ");
  await outputs.json("count.json", { words: words.length });
}

function ports(overrides: Partial<Ports> = {}): Ports {
  return {
    root,
    store,
    code: async () => "code-1",
    report: () => {},
    signal: new AbortController().signal,
    secret: () => undefined,
    signer: () => assert.fail("no stage here signs"),
    ...overrides,
  };
}

const job = (one: Stage): { stage: Stage; owner: { kind: "task"; name: string } } => ({
  stage: one,
  owner: { kind: "task", name: "demo" },
});
const output = (file = "count.json"): string => join(root, ".kolm/tasks/demo/teach", file);

test("a stage runs once for the same inputs, options and code", async () => {
  assert.equal((await runStage(job(stage()), ports())).status, "ran");
  assert.equal((await runStage(job(stage()), ports())).status, "unchanged");
  assert.equal(runs, 1);
  assert.equal(await readFile(output(), "utf8"), '{"words":2}');
});

test("deleted or altered outputs are restored without running", async () => {
  await runStage(job(stage()), ports());
  await writeFile(output(), "spoilt");
  assert.equal((await runStage(job(stage()), ports())).status, "reused");
  await rm(join(root, ".kolm"), { recursive: true });
  assert.equal((await runStage(job(stage()), ports())).status, "reused");
  assert.equal(await readFile(output(), "utf8"), '{"words":2}');
  assert.equal(runs, 1);
});

test("changed inputs, code or options run it again, and going back reuses", async () => {
  await runStage(job(stage()), ports());
  await writeFile(join(root, "tasks/demo/words.txt"), "one two three");
  assert.equal((await runStage(job(stage()), ports())).status, "ran");
  assert.equal((await runStage(job(stage()), ports({ code: async () => "code-2" }))).status, "ran");
  assert.equal((await runStage({ ...job(stage()), options: { extra: 1 } }, ports())).status, "ran");
  await writeFile(join(root, "tasks/demo/words.txt"), "one two");
  assert.equal((await runStage(job(stage()), ports())).status, "reused");
});

test("a stage that fails leaves the earlier outputs whole and no scratch behind", async () => {
  await runStage(job(stage()), ports());
  await writeFile(join(root, "tasks/demo/words.txt"), "one");
  const failing = stage(async (context) => {
    await count(context);
    throw new Error("half way");
  });
  await assert.rejects(runStage(job(failing), ports()), /half way/);
  assert.equal(await readFile(output(), "utf8"), '{"words":2}');
  assert.deepEqual(await readdir(join(root, ".kolm/scratch")), []);
});

test("an aborted stage puts nothing in place", async () => {
  const controller = new AbortController();
  const aborting = stage(async (context) => {
    await count(context);
    controller.abort();
  });
  await assert.rejects(runStage(job(aborting), ports({ signal: controller.signal })), { name: "AbortError" });
  await assert.rejects(readFile(output()), { code: "ENOENT" });
});

test("writing a file that was not declared is refused", async () => {
  const stray = stage(({ outputs }) => outputs.json("other.json", {}));
  await assert.rejects(runStage(job(stray), ports()), /does not declare/);
});

test("bytes over one mebibyte live in the store, with a pointer in the folder", async () => {
  const large = new Uint8Array((1 << 20) + 1).fill(7);
  await runStage(job(stage(({ outputs }) => outputs.bytes("large.bin", large))), ports());
  const pointer = JSON.parse(await readFile(output("large.bin.blob"), "utf8")) as { sha256: string; size: number };
  assert.equal(pointer.size, large.length);
  assert.deepEqual(await store.blobs.get(pointer.sha256), large);
});

test("a forced run of a stage that is not deterministic is found out", async () => {
  const moody = stage(({ outputs }) => outputs.json("count.json", { runs }));
  await runStage(job(moody), ports());
  await assert.rejects(runStage(job(moody), ports({ fresh: true })), { code: "MEMO_CONFLICT" });
});

test("random streams are the same for the same seed and differ by name", () => {
  const draw = (seed: string): number[] => Array.from({ length: 4 }, createRng(seed).uniform);
  assert.deepEqual(draw("a"), draw("a"));
  assert.notDeepEqual(draw("a"), draw("b"));
  const values = Array.from({ length: 4000 }, createRng("mean").normal);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.06, `mean ${mean}`);
  assert.deepEqual(
    createRng("s")
      .shuffle([1, 2, 3, 4, 5])
      .sort((a, b) => a - b),
    [1, 2, 3, 4, 5],
  );
});

test("stable JSON does not depend on the order keys were set in, digits included", () => {
  assert.equal(
    stableJson({ b: 1, a: [{ d: 0.5, c: null }], 10: 1, 9: 2 }),
    '{"10":1,"9":2,"a":[{"c":null,"d":0.5}],"b":1}',
  );
});
