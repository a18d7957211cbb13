// This file shows that a plan's figures are those of the run that follows, and that making it asks nothing.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@kolm/store";
import { planTeaching, teach } from "@kolm/teach";
import { fakeContext, jsonOf, row } from "./fake-context.ts";
import { optionsFor, WIRES } from "./server/wires.ts";

const usd = (text: string): number => Number(text);

for (const wire of WIRES) {
  describe(`${wire.name}: the plan`, () => {
    it("foretells the calls, tokens and dollars of the run, before, halfway and after", async () => {
      await using server = await wire.start();
      const store = memoryStore();
      const inputs = Array.from({ length: 12 }, (_, at) => row(`message ${String(at).padStart(2, "0")}`));
      const evals = Array.from({ length: 5 }, (_, at) => row(`held out ${at}`));
      const options = optionsFor(wire, server, { k: 2, concurrency: 4 });
      const half = await fakeContext({ options, examples: inputs.slice(0, 6), evals, store });
      const whole = await fakeContext({
        options,
        examples: inputs,
        unlabelled: ["message 99", "message 00"],
        evals,
        store,
      });

      const fresh = await planTeaching(whole.context);
      assert.equal(server.till.calls.length, 0);
      // One unlabelled input is an example's too: its requests are sent once.
      assert.deepEqual([fresh.parts.label.questions, fresh.parts.label.calls, fresh.parts.measure.calls], [28, 26, 5]);
      assert.deepEqual([fresh.total.known, fresh.total.usd.paid, fresh.guessed], [0, "0", true]);

      await teach.run(half.context);
      const spentHalf = jsonOf(half.written, "ledger.json")["cost"] as string;
      const before = server.till.calls.length;
      assert.equal(before, 12);
      const halfway = await planTeaching(whole.context);
      assert.equal(server.till.calls.length, before);
      // Both samples of six examples and of the input that stands twice.
      assert.deepEqual([halfway.total.known, halfway.total.calls, halfway.guessed], [14, 19, false]);
      assert.equal(halfway.total.usd.paid, spentHalf);
      assert.ok((halfway.minutes ?? -1) >= 0);

      await teach.run(whole.context);
      await whole.measure();
      assert.equal(server.till.calls.length - before, halfway.total.calls);
      const ledgers = ["ledger.json", "baseline/ledger.json"].map((path) => jsonOf(whole.written, path));
      const paid = ledgers.reduce((sum, { cost }) => sum + usd(cost as string), 0);
      const still = paid - usd(spentHalf);
      // The server bills each call 100 and 10 tokens, whatever its length; expectation goes by length.
      assert.ok(
        Math.abs(usd(halfway.total.usd.expected) - still) < 0.01 * still,
        `${halfway.total.usd.expected}, then ${still}`,
      );
      assert.equal(halfway.total.tokens.expected.output, 190);
      for (const plan of [fresh, halfway]) assert.ok(usd(plan.total.usd.worst) > still);

      const after = await planTeaching(whole.context);
      assert.deepEqual([after.total.calls, after.total.known, after.minutes], [0, 33, 0]);
      assert.ok(Math.abs(usd(after.total.usd.paid) - paid) < 1e-12);
      assert.equal(after.total.usd.expected, "0");
    });
  });
}

describe("the plan", () => {
  it("has nothing to say of labels and of recorded answers but how many there are", async () => {
    const labels = await planTeaching(
      (await fakeContext({ options: { provider: "labels" }, examples: [row("a")] })).context,
    );
    assert.equal(labels.total.questions, 0);
    const recorded = { "t.jsonl": `${JSON.stringify({ input: "a", output: { mood: "good", word: null } })}\n` };
    const options = { provider: "recorded", file: "t.jsonl", baseline: "none" };
    const { total } = await planTeaching((await fakeContext({ options, examples: [row("a")], recorded })).context);
    assert.deepEqual([total.questions, total.known, total.calls, total.usd.worst], [1, 1, 0, "0"]);
  });

  it("wants a price first", async () => {
    const options = { provider: "openai", model: "m", baseURL: "http://127.0.0.1:9/v1" };
    const { context } = await fakeContext({ options, examples: [row("a")] });
    await assert.rejects(planTeaching(context), { code: "TEACHER_PRICE" });
  });
});
