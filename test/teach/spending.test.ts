// This file shows that nothing is asked without a price and nothing is spent beyond the budget.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { fakeContext, row } from "./fake-context.ts";
import { complete, reply, startServer } from "./server.ts";

const options = (baseURL: string, more: object = {}) => ({
  provider: "openai",
  model: "test-model",
  baseURL,
  price: { input: "1.5", output: 6 },
  maxRetries: 2,
  ...more,
});

describe("spending", () => {
  it("wants a price before it asks anything", async () => {
    await using server = await startServer();
    const { context } = await fakeContext({
      options: options(server.baseURL, { price: undefined }),

      examples: [row("a")],
    });
    await assert.rejects(
      async () => teach.run(context),
      (error: { code: string; hint: string }) => {
        assert.equal(error.code, "TEACHER_PRICE");
        assert.match(error.hint, /price:/);
        return true;
      },
    );
    assert.equal(server.calls.length, 0);
  });

  it("stops at the budget and keeps what was paid", async () => {
    await using server = await startServer();
    const store = memoryStore();
    const examples = Array.from({ length: 10 }, (_, at) => row(`n ${at}`));
    const capped = options(server.baseURL, { budget: { tokens: 2500 }, maxRetries: 0, maxTokens: 100, concurrency: 4 });
    const { context } = await fakeContext({ options: capped, examples, store });
    await assert.rejects(async () => teach.run(context), { code: "TEACHER_BUDGET", message: /budget of 2500 tokens/ });
    const paid = server.calls.length;
    assert.ok(paid > 0 && paid < 10, `${paid} calls`);
    const free = await fakeContext({
      options: options(server.baseURL, { maxRetries: 0, maxTokens: 100 }),

      examples,
      store,
    });
    await teach.run(free.context);
    assert.equal(server.calls.length, 10);
  });

  it("counts what teach spent when the baseline asks for more", async () => {
    await using server = await startServer();
    const capped = options(server.baseURL, { budget: { tokens: 2500 }, maxRetries: 0, maxTokens: 100 });
    const examples = Array.from({ length: 5 }, (_, at) => row(`n ${at}`));
    const evals = Array.from({ length: 5 }, (_, at) => row(`e ${at}`));
    const { context, measure } = await fakeContext({ options: capped, examples, evals });
    await teach.run(context);
    await assert.rejects(measure, { code: "TEACHER_BUDGET" });
    assert.ok(server.calls.length < 10);
  });

  it("caps what goes in and what comes out, each by itself", async () => {
    for (const [budget, words] of [
      [{ inputTokens: 1500 }, /budget of 1500 input tokens/],
      [{ outputTokens: 250 }, /budget of 250 output tokens/],
    ] as const) {
      await using server = await startServer();
      const examples = Array.from({ length: 40 }, (_, at) => row(`n ${at}`));
      const capped = options(server.baseURL, { budget, maxRetries: 0, maxTokens: 100 });
      const { context } = await fakeContext({ options: capped, examples });
      await assert.rejects(async () => teach.run(context), { code: "TEACHER_BUDGET", message: words });
      assert.ok(server.calls.length > 0 && server.calls.length < 40, `${server.calls.length} calls`);
      assert.ok(server.billed.input <= 1500 || server.billed.output <= 250);
    }
  });

  it("counts answers no longer used where the budget counts runs, and only the others where it counts answers", async () => {
    await using server = await startServer();
    const store = memoryStore();
    const run = async (name: string, counts: string) => {
      const budget = { outputTokens: 150, counts };
      const capped = options(server.baseURL, { budget, maxRetries: 0, maxTokens: 100 });
      const examples = Array.from({ length: 5 }, (_, at) => row(`${name} ${at}`));
      const { context } = await fakeContext({ options: { ...capped, concurrency: 1 }, examples, store });
      await teach.run(context);
    };
    await run("first", "runs");
    await run("second", "answers");
    await assert.rejects(run("third", "runs"), { code: "TEACHER_BUDGET", message: /1000 tokens|1100 tokens/ });
    assert.equal(server.calls.length, 10);
    await run("third", "answers");
    assert.equal(server.calls.length, 15);
  });

  it("counts a call that broke off as its worst case, in later runs too, and a refused one as nothing", async () => {
    let breaks = true;
    await using server = await startServer((_, response) => {
      if (breaks) response.socket?.destroy();
      else complete(response, { mood: "good", word: null });
    });
    const store = memoryStore();
    const capped = options(server.baseURL, { budget: { outputTokens: 250 }, maxRetries: 0, maxTokens: 100 });
    const run = async (input: string) =>
      teach.run((await fakeContext({ options: capped, examples: [row(input)], store })).context);
    await assert.rejects(run("a"), { code: "TEACHER_UNREACHABLE" });
    await assert.rejects(run("b"), { code: "TEACHER_UNREACHABLE" });
    breaks = false;
    await assert.rejects(run("c"), { code: "TEACHER_BUDGET" });
    assert.equal(server.calls.length, 2);
    await using busy = await startServer((_, response) => reply(response, 429, { error: { message: "busy" } }));
    const patient = options(busy.baseURL, { budget: { outputTokens: 110 }, maxRetries: 0, maxTokens: 100 });
    for (let turn = 0; turn < 3; turn++) {
      const { context } = await fakeContext({ options: patient, examples: [row("d")], store: memoryStore() });
      await assert.rejects(async () => teach.run(context), { code: "TEACHER_BUSY" });
    }
  });
});
