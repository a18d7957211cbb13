// This file tests training by a program of the user's: what it is given, what is believed of its result, how it ends.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { distill } from "@kolm/distill";
import { readSafetensors } from "@kolm/onnx";
import { type BaseFile, createStudent, fromPeft, StudentFile } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { memoryStore } from "@kolm/store";
import { runTrainer, type Run } from "../../plugins/distill/src/external/command.ts";
import { createLog } from "../../plugins/distill/src/external/log.ts";
import { defaultBase } from "../recall/base.ts";
import { fakeContext, type Fake, jsonOf } from "./fake-context.ts";
import { answers, contract } from "./trainer/task.ts";

const PROGRAM = [
  process.execPath,
  "--conditions=kolm-source",
  "--import",
  import.meta.resolve("tsx"),
  join(import.meta.dirname, "trainer/program.ts"),
];
const store = memoryStore();
let base: BaseFile;

before(async () => {
  base = await defaultBase(store);
});

function contextOf(settings: object, more: object = {}): Fake {
  const trainer = { command: PROGRAM, settings, ...more };
  const options = { rank: 4, targets: ["layer.1"], precision: 0.8, threads: 1, trainer };
  const fake = fakeContext({ contract: contract as never, answers, options, base, store });
  const secret = (name: string): string | undefined => ({ PATH: process.env["PATH"], ...SECRETS })[name];
  return { ...fake, context: { ...fake.context, secret } };
}
const SECRETS: Readonly<Record<string, string>> = { HUB_TOKEN: "hf_not_for_logs", OTHER_TOKEN: "never_passed_on" };

describe("a student trained by a program of the user's", () => {
  let fake: Fake;
  before(async () => {
    fake = contextOf({ steps: 40 });
    await distill.run(fake.context);
  });

  it("is trained once a fold and once on all rows, with its words as progress", () => {
    const runs = [
      ...new Set(fake.messages.map((message) => /^(fold-\d|all): 16 rows|^(fold-\d|all): 24 rows/.exec(message)?.[0])),
    ];
    assert.deepEqual(
      runs.filter((run) => run !== undefined),
      ["fold-1: 16 rows", "fold-2: 16 rows", "fold-3: 16 rows", "all: 24 rows"],
    );
    assert.ok(fake.messages.some((message) => /^all: loss 0\.\d+$/.test(message)));
  });

  it("is calibrated on rows it never saw and written like one of ours", () => {
    const declared = distill.writes.filter((path) => path !== "merged.json" && !path.startsWith("evidence."));
    assert.deepEqual([...fake.written.keys()].sort(), declared.sort());
    const report = jsonOf<{
      validation: { rows: number; record: number };
      training: { trainer: { command: string[] } };
    }>(fake.written, "training.json");
    assert.equal(report.validation.rows, 24);
    assert.ok(report.validation.record > 0.6, String(report.validation.record));
    assert.deepEqual(report.training.trainer.command, PROGRAM);
  });

  it("opens in the runtime and has learnt", async () => {
    const file = StudentFile.parse(jsonOf(fake.written, "student.json"));
    const pointers = jsonOf<Record<"adapter" | "heads", { sha256: string }>>(fake.written, "adapter.json");
    const [adapter, heads] = await Promise.all(
      [pointers.adapter, pointers.heads].map(
        async ({ sha256 }) => readSafetensors(await store.blobs.get(sha256)).weights,
      ),
    );
    assert.ok(adapter && heads && file.lora?.targets.every((target) => target.startsWith("layer.1")));
    const student = await createStudent({
      file,
      encoder: await store.blobs.get(base.model.sha256),
      tokenizer: JSON.parse(new TextDecoder().decode(await store.blobs.get(base.tokenizer.sha256))),
      weights: new Map([...fromPeft(adapter, file.lora?.targets ?? []), ...heads]),
      createSession,
    });
    let right = 0;
    for (const { input, output } of answers)
      if ((await student.answer(input)).fields.get("mood")?.value === output?.["mood"]) right++;
    await student.close();
    assert.ok(right >= 22, `${right} of 24`);
  });

  it("is refused when one run gives another adapter than the others", async () => {
    const odd = contextOf({ steps: 1, oddRun: "fold-2" });
    await assert.rejects(distill.run(odd.context), { code: "TRAINER_RESULT", message: /run fold-2/ });
    assert.equal(odd.written.size, 0);
  });

  it("refuses to start without a variable it is promised", async () => {
    await assert.rejects(distill.run(contextOf({}, { env: ["NOT_THERE"] }).context), { code: "TRAINER_ENV" });
  });
});

describe("the trainer's program", () => {
  const messages: string[] = [];
  const node = (script: string, more: Partial<Run> = {}): Promise<void> =>
    runTrainer({
      command: [process.execPath, "-e", script],
      cwd: tmpdir(),
      env: {},
      secrets: [],
      timeLimit: 20,
      report: ({ message }) => void messages.push(message),
      signal: new AbortController().signal,
      ...more,
    });

  it("sees no more of the environment than it is given", async () => {
    process.env["KOLM_TEST_SECRET"] = "in the parent";
    messages.length = 0;
    await node("console.log(Object.keys(process.env).sort().join())", { env: { ONLY: "this" } });
    delete process.env["KOLM_TEST_SECRET"];
    assert.deepEqual(messages, ["ONLY"]);
  });

  it("does not get the values of its secrets into the log", async () => {
    messages.length = 0;
    const env = { HUB_TOKEN: "hf_not_for_logs" };
    await node("console.error(`token ${process.env.HUB_TOKEN}!`)", { env, secrets: Object.values(env) });
    assert.deepEqual(messages, ["token ***!"]);
  });

  it("fails with its exit code and last words", async () => {
    await assert.rejects(node("console.error('no GPU here'); process.exit(3)"), (error: Error & { hint?: string }) => {
      assert.match(error.message, /exit code 3/);
      assert.match(error.hint ?? "", /no GPU here/);
      return true;
    });
    await assert.rejects(node("", { command: ["kolm-no-such-program"] }), { code: "TRAINER_MISSING" });
  });

  for (const how of ["time limit", "abort"] as const) {
    it(`is ended with all it started, by ${how}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "kolm-tree-"));
      const child =
        "setInterval(() => require('node:fs').appendFileSync('alive', '.'), 50); process.on('SIGTERM', () => {})";
      await writeFile(join(folder, "child.cjs"), child);
      const script =
        "require('node:child_process').spawn(process.execPath, ['child.cjs'], {stdio: 'inherit'}); setInterval(() => {}, 1000)";
      const stop = new AbortController();
      const running = node(script, { cwd: folder, timeLimit: how === "abort" ? 60 : 2, signal: stop.signal });
      const ended = assert.rejects(running, how === "abort" ? { name: "AbortError" } : { code: "TRAINER_TIMEOUT" });
      while (how === "abort" && !(await readdir(folder)).includes("alive")) await wait(20);
      stop.signal.throwIfAborted();
      if (how === "abort") stop.abort();
      await ended;
      const size = (await readFile(join(folder, "alive"))).length;
      await wait(250);
      assert.equal((await readFile(join(folder, "alive"))).length, size);
      await rm(folder, { recursive: true });
    });
  }

  it("has its output cut into lines of bounded length", () => {
    const lines: string[] = [];
    const log = createLog(["secret-value"], (line) => lines.push(line));
    for (const piece of ["one\ntw", "o\r10 %\r20 %\n", "se", "cret-value end\n\n", "x".repeat(9_000), "tail"])
      log.add(piece);
    log.end();
    assert.deepEqual(lines.slice(0, -1), ["one", "two", "10 %", "20 %", "*** end"]);
    assert.equal(lines.at(-1)?.length, 2_001);
  });
});
