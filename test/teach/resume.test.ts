// This file shows that no teacher call is repeated: on a rerun, for one new example, after abort or after kill -9.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { memoryStore, openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { fakeContext, row } from "./fake-context.ts";
import { complete, startServer } from "./server.ts";

const options = (baseURL: string) => ({
  provider: "openai",
  model: "m",
  baseURL,
  price: { input: 1, output: 2 },
  maxRetries: 0,
  concurrency: 4,
});
const examples = Array.from({ length: 30 }, (_, at) => row(`message ${at}`));
const evals = [row("eval one"), row("eval two")];

describe("teacher calls", () => {
  it("are not repeated by a second run, which writes the same bytes", async () => {
    await using server = await startServer();
    const store = memoryStore();
    const first = await fakeContext({ options: options(server.baseURL), examples, evals, store });
    await teach.run(first.context);
    await first.measure();
    assert.equal(server.calls.length, 32);
    const second = await fakeContext({ options: options(server.baseURL), examples, evals, store });
    await teach.run(second.context);
    await second.measure();
    assert.equal(server.calls.length, 32);
    assert.deepEqual(second.written, first.written);
    assert.equal(second.messages[0], "m: 30 answers known, 0 to ask");
    assert.ok(second.messages.includes("m: 2 answers known, 0 to ask"));
  });

  it("are made once for one new example", async () => {
    await using server = await startServer();
    const store = memoryStore();
    await teach.run((await fakeContext({ options: options(server.baseURL), examples, store })).context);
    const more = await fakeContext({ options: options(server.baseURL), examples: [row("new"), ...examples], store });
    await teach.run(more.context);
    const asked = server.calls.slice(30).map(({ input }) => input);
    assert.deepEqual(asked, ["new"]);
    assert.equal(more.messages[0], "m: 30 answers known, 1 to ask");
  });

  it("are shared by equal inputs that are under way at once", async () => {
    await using server = await startServer();
    const { context } = await fakeContext({ options: options(server.baseURL), examples: [row("same"), row("same")] });
    await teach.run(context);
    assert.equal(server.calls.length, 1);
  });

  it("stop on abort with its reason, and what was answered stays answered", async () => {
    const stop = new AbortController();
    let answered = 0;
    await using server = await startServer((_, response, call) => {
      if (call === 12) return stop.abort(new Error("stopped by hand"));
      if (call < 12) answered++;
      if (call < 12 || stop.signal.aborted) complete(response, { mood: "good", word: null });
    });
    const store = memoryStore();
    const { context, written } = await fakeContext({
      options: options(server.baseURL),
      examples,
      store,
      signal: stop.signal,
    });
    await assert.rejects(async () => teach.run(context), /stopped by hand/);
    assert.equal(written.size, 0);
    const sent = server.calls.length;
    await teach.run((await fakeContext({ options: options(server.baseURL), examples, store })).context);
    // Calls cut off under way are asked again; the fewer than `concurrency` of them are all that repeats.
    assert.ok(server.calls.length - sent <= 30 - answered + 3, `${server.calls.length - sent} calls after abort`);
  });

  it("are not repeated after kill -9, not even the one answered last", { timeout: 30_000 }, async () => {
    await killed({ concurrency: 1, holds: true }, [2, 5, 9, 13], (calls) => {
      const answered = calls.filter(({ answered }) => answered).map(({ input }) => input);
      assert.equal(new Set(answered).size, 30);
      assert.equal(answered.length, 30);
    });
  });

  it("are repeated at most for what was under way at a kill -9 at any moment", { timeout: 30_000 }, async () => {
    await killed({ concurrency: 4, holds: false }, [1, 6, 11], (calls) =>
      assert.ok(calls.length <= 30 + 3 * 4, `${calls.length} calls`),
    );
  });
});

type Seen = { readonly input: string; readonly answered: boolean };
type Manner = {
  readonly concurrency: number;
  /** Leave the call unanswered on which the process is killed. */ readonly holds: boolean;
};

async function killed(
  { concurrency, holds }: Manner,
  moments: readonly number[],
  check: (calls: readonly Seen[]) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kolm-teach-"));
  const seen: Seen[] = [];
  let kill: () => void = () => undefined;
  let left = 0;
  await using server = await startServer(({ input }, response) => {
    const last = --left === 0;
    seen.push({ input, answered: !(last && holds) });
    if (!(last && holds)) complete(response, { mood: "good", word: null });
    if (last) kill();
  });
  const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));
  const args = [worker, folder, server.baseURL, JSON.stringify(examples), String(concurrency)];
  for (const calls of moments) {
    left = calls;
    const child = spawn(process.execPath, ["--conditions=kolm-source", "--import", "tsx", ...args], {
      stdio: "inherit",
    });
    kill = () => child.kill("SIGKILL");
    const [, signal] = (await once(child, "exit")) as [number | null, string | null];
    assert.equal(signal, "SIGKILL");
  }
  const store = await openStore(folder);
  await teach.run((await fakeContext({ options: options(server.baseURL), examples, store })).context);
  await store.close();
  await rm(folder, { recursive: true });
  check(seen);
}
