// This file shows that money is counted exactly and that spending never passes the cap.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { memoryStore } from "@kolm/store";
import { Account } from "../../plugins/teach/src/spend/account.ts";
import { type Amount, Budget, type Cap, NOTHING, plus } from "../../plugins/teach/src/spend/budget.ts";
import { Journal } from "../../plugins/teach/src/spend/journal.ts";
import type { Price } from "../../plugins/teach/src/spend/ledger.ts";
import { mapConcurrent } from "../../plugins/teach/src/concurrent.ts";
import { formatUsd, isDecimal, parseUsd, perToken } from "../../plugins/teach/src/spend/money.ts";

it("dollars are read and written exactly", () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.nat(999_999), (whole, millionths) => {
      const text = `${whole}.${String(millionths).padStart(6, "0")}`;
      assert.ok(isDecimal(text));
      assert.equal(parseUsd(text), BigInt(whole) * 10n ** 12n + BigInt(millionths) * 10n ** 6n);
      assert.equal(parseUsd(formatUsd(parseUsd(text))), parseUsd(text));
    }),
  );
  assert.equal(formatUsd(perToken("0.15")), "0.00000015");
  for (const wrong of ["-1", "1e3", "", ".5", "1.0000001", Number.NaN, 1e21])
    assert.equal(isDecimal(wrong), false, String(wrong));
});

type Step = {
  readonly input: number;
  readonly output: number;
  /** What the server bills of the worst case, if it bills. */
  readonly share: number;
  /** lost: billed without an answer; killed: the process dies while the call is under way, billed. */
  readonly ends: "answered" | "refused" | "lost" | "killed";
  readonly delay: number;
  readonly mode: "live" | "batch";
};

it("spending never exceeds the cap, over random prices, sizes, failures, concurrency and killed runs", async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    input: fc.integer({ min: 1, max: 500 }),
    output: fc.integer({ min: 1, max: 200 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    ends: fc.constantFrom("answered", "answered", "answered", "refused", "lost", "killed"),
    delay: fc.nat(3),
    mode: fc.constantFrom("live", "live", "batch"),
  });
  const price = fc.record({ input: fc.bigInt(0n, 9_000_000n), output: fc.bigInt(0n, 90_000_000n) });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        steps: fc.array(step, { minLength: 1, maxLength: 60 }),
        live: price,
        batch: price,
        cap: fc.record(
          { usd: fc.bigInt(0n, 20_000_000_000n), tokens: fc.nat(9000), input: fc.nat(6000), output: fc.nat(3000) },
          { requiredKeys: [] },
        ),
        limit: fc.integer({ min: 1, max: 9 }),
        counts: fc.constantFrom("answers", "runs"),
      }),
      async ({ steps, live, batch, cap, limit, counts }) => {
        const rates: Price = { ...live, batch };
        const store = memoryStore();
        const replies = new Map<string, { input: number; output: number }>();
        let billed: Amount = NOTHING;
        let left = steps.map((one, at) => ({ ...one, key: `${at}` }));
        // Each turn is a run of its own, until one is not killed; what a dead run would do next, it does not.
        for (let wasKilled = true; wasKilled && left.length > 0;) {
          const life = { isOver: false };
          let die: () => void = () => undefined;
          const death = new Promise<void>((resolve) => (die = resolve));
          const journal = new Journal(store.memo, "mood");
          const answered = async (key: string) => replies.get(key);
          const account = new Account({ budget: new Budget(cap), journal, price: rates, counts, answered });
          for (const [key, tokens] of replies) account.book(key, tokens, modeOf(steps, key));
          const run = mapConcurrent(left, { limit, signal: new AbortController().signal }, async (one) => {
            if (life.isOver) return;
            const held = await account.hold(one.key, { input: one.input, output: one.output }, one.mode);
            if (life.isOver) return;
            const some = { input: Math.floor(one.input * one.share), output: Math.floor(one.output * one.share) };
            if (one.ends !== "refused") billed = plus(billed, account.amount(some, one.mode));
            checkCap(billed, cap);
            for (let turn = 0; turn < one.delay; turn++) await Promise.resolve();
            if (life.isOver) return;
            left = left.filter(({ key }) => key !== one.key);
            if (one.ends === "killed") {
              life.isOver = true;
              die();
            } else if (one.ends === "refused") await held.free();
            else if (one.ends === "lost") held.doubt();
            else {
              replies.set(one.key, some);
              account.settled(one.key);
              await held.paid(some);
            }
          }).catch((error: { code?: string }) => assert.equal(error.code, "TEACHER_BUDGET"));
          await Promise.race([run, death]);
          wasKilled = life.isOver;
        }
        checkCap(billed, cap);
      },
    ),
    { numRuns: 150 },
  );
});

const modeOf = (steps: readonly Step[], key: string) => steps[Number(key)]?.mode ?? "live";

function checkCap({ usd, input, output }: Amount, cap: Cap): void {
  assert.ok(cap.usd === undefined || usd <= cap.usd, `billed ${usd} of ${cap.usd} units of 1e-12 dollars`);
  assert.ok(cap.input === undefined || input <= cap.input, `${input} of ${cap.input} input tokens`);
  assert.ok(cap.output === undefined || output <= cap.output, `${output} of ${cap.output} output tokens`);
  assert.ok(cap.tokens === undefined || input + output <= cap.tokens, `${input + output} of ${cap.tokens} tokens`);
}

it("what a killed run had under way counts as its worst case, and a batch that is fetched as what it took", async () => {
  const { memo } = memoryStore();
  const price: Price = { input: 1n, output: 1n };
  const open = (cap: Cap) =>
    new Account({
      budget: new Budget(cap),
      journal: new Journal(memo, "mood"),
      price,
      counts: "answers",
      answered: async () => undefined,
    });
  const first = open({ tokens: 100 });
  await first.hold("live", { input: 30, output: 10 }, "live");
  await first.hold("ticket", { input: 30, output: 10 }, "batch");
  const second = open({ tokens: 100 });
  await assert.rejects(second.hold("next", { input: 20, output: 1 }, "live"), {
    code: "TEACHER_BUDGET",
    message: /80 tokens are spent or under way, the next call may take up to 0.000000000021 USD and 21 tokens/,
  });
  assert.deepEqual(await second.pending(), ["ticket"]);
  await (await second.adopt("ticket", { input: 30, output: 10 })).paid({ input: 5, output: 5 });
  await (await second.hold("next", { input: 45, output: 5 }, "live")).paid({ input: 1, output: 1 });
  assert.deepEqual(second.spent, { usd: 52n, input: 36, output: 16 });
});

it("after a failure nothing new is started and calls under way may end", async () => {
  const ended: number[] = [];
  const run = mapConcurrent([1, 2, 3, 4, 5], { limit: 2, signal: new AbortController().signal }, async (value) => {
    await new Promise((resolve) => setTimeout(resolve, value * 5));
    if (value === 1) throw new Error("first");
    ended.push(value);
  });
  await assert.rejects(run, /first/);
  assert.deepEqual(ended, [2]);
});
