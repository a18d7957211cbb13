// This file shows that batches end in right answers or clear errors, at the batch price, and are never paid for twice.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";
import { optionsFor, WIRES } from "./server/wires.ts";

const examples = Array.from({ length: 12 }, (_, at) => row(`message ${at}`));
const mood = (input: string) => ({ mood: input.endsWith("3") ? "bad" : "good", word: null });
const batch = { mode: "batch" };
const outputs = (written: ReadonlyMap<string, Uint8Array>) =>
  rowsOf(written, "answers.jsonl").map(({ output }) => output);

for (const wire of WIRES) {
  describe(`${wire.name} in batches`, () => {
    it("labels every example in one batch, at the batch price, and asks nothing again", async () => {
      await using server = await wire.start({ answer: mood });
      const store = memoryStore();
      const options = optionsFor(wire, server, batch);
      const { context, written, messages } = await fakeContext({ options, examples, store });
      await teach.run(context);
      assert.equal(server.batches.length, 1);
      assert.deepEqual(
        outputs(written),
        examples.map(({ input }) => mood(input)),
      );
      const ledger = jsonOf(written, "ledger.json");
      assert.deepEqual(ledger["tokens"], server.till.tokens);
      assert.deepEqual([ledger["calls"], ledger["cost"], ledger["latencyMs"]], [12, "0.00126", null]);
      assert.ok(
        messages.some((message) => /batch_1: 12 of 12 answered/.test(message)),
        messages.join("\n"),
      );
      const again = await fakeContext({ options, examples, store });
      await teach.run(again.context);
      assert.deepEqual(again.written, written);
      const more = await fakeContext({ options, examples: [row("new"), ...examples], store });
      await teach.run(more.context);
      assert.deepEqual([server.batches.length, server.batches[1]?.requests.length], [2, 1]);
    });

    it("sends what it did not get to in another batch, and stops at what the server refuses", async () => {
      await using server = await wire.start({
        answer: mood,
        outcome: (input, round) => {
          if (round === 1 && input.endsWith("4")) return "expired";
          return round < 3 && input.endsWith("5") ? "failed" : "answered";
        },
      });
      const { context, written } = await fakeContext({ options: optionsFor(wire, server, batch), examples });
      await teach.run(context);
      assert.deepEqual(
        server.batches.map(({ requests }) => requests.length),
        [12, 2, 1],
      );
      assert.deepEqual(jsonOf(written, "ledger.json")["tokens"], server.till.tokens);
      assert.equal(new Set(server.till.billed).size, 12);
      await using strict = await wire.start({ outcome: (input) => (input.endsWith("7") ? "refused" : "answered") });
      const store = memoryStore();
      const refused = await fakeContext({ options: optionsFor(wire, strict, batch), examples, store });
      await assert.rejects(async () => teach.run(refused.context), { code: "TEACHER_REFUSED", message: /it refused/ });
      assert.equal(strict.till.billed.length, 11);
      const rest = examples.filter(({ input }) => !input.endsWith("7"));
      await teach.run((await fakeContext({ options: optionsFor(wire, strict, batch), examples: rest, store })).context);
      assert.equal(strict.till.billed.length, 11);
    });

    it("reads results again that broke off, and gives up on what never runs", async () => {
      await using server = await wire.start({ cuts: 1 });
      const { context } = await fakeContext({ options: optionsFor(wire, server, batch), examples });
      await teach.run(context);
      assert.equal(server.batches.length, 1);
      await using dead = await wire.start({ outcome: () => "expired" });
      const never = await fakeContext({ options: optionsFor(wire, dead, batch), examples });
      await assert.rejects(async () => teach.run(never.context), {
        code: "TEACHER_REFUSED",
        message: /did not answer a request of a batch/,
      });
      assert.deepEqual([dead.batches.length, dead.till.billed.length], [3, 0]);
    });

    it("keeps what a cancelled batch answered and says so", async () => {
      await using server = await wire.start({
        fate: "cancelled",
        outcome: (input, round) => (round === 1 && input.endsWith("2") ? "cancelled" : "answered"),
      });
      const store = memoryStore();
      const options = optionsFor(wire, server, batch);
      await assert.rejects(async () => teach.run((await fakeContext({ options, examples, store })).context), {
        code: "TEACHER_BATCH",
        message: /was cancelled at the provider with 1 requests left/,
      });
      await teach.run((await fakeContext({ options, examples, store })).context);
      assert.deepEqual([server.batches.length, server.till.billed.length], [2, 12]);
    });

    it("asks for a batch price, and keeps to the budget by sending smaller batches", async () => {
      await using server = await wire.start();
      const unpriced = optionsFor(wire, server, { ...batch, price: { input: 1, output: 2 } });
      await assert.rejects(async () => teach.run((await fakeContext({ options: unpriced, examples })).context), {
        code: "TEACHER_PRICE",
        message: /in batches is unknown/,
      });
      const capped = { ...batch, maxTokens: 100, budget: { inputTokens: 9000 } };
      const { context } = await fakeContext({ options: optionsFor(wire, server, capped), examples });
      await teach.run(context);
      assert.ok(server.batches.length > 1, "one batch would not have fitted its worst case");
      assert.equal(server.till.billed.length, 12);
      const tight = optionsFor(wire, server, { ...batch, budget: { tokens: 50 } });
      await assert.rejects(
        async () => teach.run((await fakeContext({ options: tight, examples: [row("x")] })).context),
        {
          code: "TEACHER_BUDGET",
        },
      );
      assert.equal(server.till.billed.length, 12);
    });

    it("finds a batch whose acceptance it never heard of, in the same run and after a change to mode live", async () => {
      let muted = 0;
      await using server = await wire.start({ mute: (name) => name === wire.steps.submit && muted++ === 0 });
      const store = memoryStore();
      const options = optionsFor(wire, server, { ...batch, timeoutSeconds: 0.3 });
      await teach.run((await fakeContext({ options, examples, store })).context);
      assert.deepEqual([server.batches.length, server.till.billed.length], [1, 12]);
      const stop = new AbortController();
      await using slow = await wire.start({
        looks: 3,
        step: () => {
          if (slow.batches.length > 0) stop.abort(new Error("stop"));
          return undefined;
        },
      });
      const stopped = await fakeContext({
        options: optionsFor(wire, slow, batch),
        examples,
        store,
        signal: stop.signal,
      });
      await assert.rejects(async () => teach.run(stopped.context), /stop/);
      const live = await fakeContext({ options: optionsFor(wire, slow), examples, store });
      await assert.rejects(async () => teach.run(live.context), {
        code: "TEACHER_BATCH",
        message: /batch that is still under way/,
      });
      await teach.run((await fakeContext({ options: optionsFor(wire, slow, batch), examples, store })).context);
      assert.deepEqual([slow.batches.length, slow.till.billed.length], [1, 12]);
    });
  });
}
