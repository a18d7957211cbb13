// This file shows that money is counted exactly and that spending never passes the cap.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { Budget } from "../../plugins/teach/src/spend/budget.ts";
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

it("spending never exceeds the cap, over random prices, sizes, failures and concurrency", async () => {
  const call = fc.record({
    worst: fc.integer({ min: 1, max: 50 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    failed: fc.nat(2),
    answers: fc.boolean(),
    delay: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 9 }),
      async (calls, cap, limit) => {
        const budget = new Budget({ usd: BigInt(cap), tokens: cap * 3 });
        let billed = 0;
        const signal = new AbortController().signal;
        const run = mapConcurrent(calls, { limit, signal }, async ({ worst, share, failed, answers, delay }) => {
          const held = await budget.reserve({ usd: BigInt(worst), tokens: worst }, 3);
          for (let turn = 0; turn < delay; turn++) await Promise.resolve();
          for (let attempt = 0; attempt < failed; attempt++) {
            billed += worst;
            held.doubt();
          }
          const cost = answers ? Math.floor(worst * share) : 0;
          billed += cost;
          held.settle({ usd: BigInt(cost), tokens: cost });
          assert.ok(billed <= cap, `billed ${billed} of ${cap}`);
        });
        await run.catch((error: { code?: string }) => assert.equal(error.code, "TEACHER_BUDGET"));
        assert.ok(budget.spent.usd <= BigInt(cap));
      },
    ),
    { numRuns: 200 },
  );
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
