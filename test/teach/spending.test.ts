// This file shows that nothing is asked without a price and nothing is spent beyond the budget.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { fakeContext, row } from "./fake-context.ts";
import { startServer } from "./server.ts";

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
});
