// This file shows that calls wait their turn before a server must refuse them, and how long they wait after it did.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KolmError } from "@kolm/format";
import { createRng } from "@kolm/stage";
import { teach } from "@kolm/teach";
import { afterMs, limitsIn } from "../../plugins/teach/src/provider/wire/headers.ts";
import { Pace } from "../../plugins/teach/src/provider/wire/pace.ts";
import { retrying, waitMs } from "../../plugins/teach/src/provider/wire/patience.ts";
import { fakeContext, row } from "./fake-context.ts";
import { json } from "./server/loopback.ts";
import { optionsFor, WIRES } from "./server/wires.ts";

describe("rate-limit headers", () => {
  it("are read in both providers' forms", () => {
    const openai = new Headers({
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-limit-tokens": "150000",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "1h6m0.5s",
    });
    assert.deepEqual(
      [...limitsIn(openai)],
      [
        ["requests", { limit: 60, remaining: 59, resetMs: 1000 }],
        ["tokens", { limit: 150_000, remaining: 149_984, resetMs: 3_960_500 }],
      ],
    );
    const anthropic = new Headers({
      date: "Thu, 01 Jan 2026 00:00:00 GMT",
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:30Z",
      "anthropic-ratelimit-output-tokens-limit": "8000",
      "anthropic-ratelimit-output-tokens-remaining": "7000",
      "anthropic-ratelimit-output-tokens-reset": "2026-01-01T00:00:10Z",
    });
    assert.deepEqual(
      [...limitsIn(anthropic)],
      [
        ["requests", { limit: 50, remaining: 0, resetMs: 30_000 }],
        ["output-tokens", { limit: 8000, remaining: 7000, resetMs: 10_000 }],
      ],
    );
    assert.equal(limitsIn(new Headers({ "x-ratelimit-remaining-requests": "many" })).size, 0);
    const durations = ["20ms", "6m0s", "2m59.56s", "1d", "7.66s", "12"].map((reset) =>
      limitsIn(new Headers({ "x-ratelimit-remaining-tokens": "1", "x-ratelimit-reset-tokens": reset })).get("tokens"),
    );
    assert.deepEqual(
      durations.map((limit) => limit?.resetMs),
      [20, 360_000, 179_560, 86_400_000, 7660, 12_000],
    );
  });

  it("give Retry-After in seconds, as a date on the server's clock, and in milliseconds", () => {
    const date = "Thu, 01 Jan 2026 00:00:00 GMT";
    assert.equal(afterMs(new Headers({ "retry-after": "7" })), 7000);
    assert.equal(afterMs(new Headers({ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT", date })), 9000);
    assert.equal(afterMs(new Headers({ "retry-after": "Wed, 31 Dec 2025 23:00:00 GMT", date })), 0);
    assert.equal(afterMs(new Headers({ "retry-after-ms": "250", "retry-after": "9" })), 250);
    assert.equal(afterMs(new Headers({ "retry-after": "soon" })), undefined);
    assert.equal(afterMs(undefined), undefined);
  });
});

describe("patience", () => {
  const failure = (after?: number) => ({ error: new Error("busy"), again: true, billed: false, afterMs: after });

  it("backs off exponentially with full jitter, and never comes before the server's wish", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (retries, random) => {
        const wait = waitMs(failure(), retries, random);
        assert.ok(wait >= 0 && wait <= Math.min(60_000, 500 * 2 ** Math.min(retries, 16)));
        assert.ok(waitMs(failure(3000), retries, random) >= 3000);
      }),
    );
    assert.equal(waitMs(failure(), 3, 0.5), 2000);
    assert.throws(() => waitMs(failure(3_600_000), 0, 0), { code: "TEACHER_BUSY", message: /asks to wait 3600 s/ });
  });

  it("tries as often as it is told and then throws the last failure", async () => {
    const waits: number[] = [];
    let tries = 0;
    const rng = createRng("patience");
    const patience = {
      maxRetries: 3,
      random: () => rng.uniform(),
      pause: async (milliseconds: number) => void waits.push(milliseconds),
    };
    const attempt = async (): Promise<never> => {
      tries++;
      throw new Error("busy");
    };
    await assert.rejects(
      retrying(attempt, () => failure(), patience),
      /busy/,
    );
    assert.deepEqual([tries, waits.length], [4, 3]);
    const refused = { error: new KolmError("TEACHER_REFUSED", "no", {}), again: false, billed: false };
    await assert.rejects(
      retrying(attempt, () => refused, patience),
      { code: "TEACHER_REFUSED" },
    );
    assert.equal(tries, 5);
  });
});

describe("pace", () => {
  it("never lets more through than the limits leave, at any speed and size, and lets everything through in the end", async () => {
    const call = fc.record({ input: fc.integer({ min: 1, max: 400 }), output: fc.integer({ min: 0, max: 200 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 600, max: 2000 }),
        async (calls, perSecond, tokensPerSecond) => {
          let now = 0;
          const pace = new Pace({ now: () => now, pause: async (milliseconds) => void (now += milliseconds) });
          // A server with two buckets that refill evenly and empty as calls come.
          const buckets = { requests: perSecond, tokens: tokensPerSecond, at: 0 };
          for (const cost of calls) {
            const turn = await pace.enter(cost);
            const passed = (now - buckets.at) / 1000;
            buckets.requests = Math.min(perSecond, buckets.requests + passed * perSecond) - 1;
            buckets.tokens =
              Math.min(tokensPerSecond, buckets.tokens + passed * tokensPerSecond) - cost.input - cost.output;
            buckets.at = now;
            assert.ok(buckets.requests > -0.02 && buckets.tokens > -0.02 * tokensPerSecond, "the server had to refuse");
            turn.leave();
            const reset = (left: number, limit: number): string => `${(((limit - left) / limit) * 1000).toFixed(3)}ms`;
            pace.learn(
              new Headers({
                "x-ratelimit-limit-requests": `${perSecond}`,
                "x-ratelimit-remaining-requests": `${Math.max(0, Math.floor(buckets.requests))}`,
                "x-ratelimit-reset-requests": reset(Math.max(0, Math.floor(buckets.requests)), perSecond),
                "x-ratelimit-limit-tokens": `${tokensPerSecond}`,
                "x-ratelimit-remaining-tokens": `${Math.max(0, Math.floor(buckets.tokens))}`,
                "x-ratelimit-reset-tokens": reset(Math.max(0, Math.floor(buckets.tokens)), tokensPerSecond),
              }),
            );
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  for (const wire of WIRES) {
    it(`keeps eight at once below a server's limit without one refusal (${wire.name})`, async () => {
      const limit = 10;
      const refillMs = 30;
      let left = limit;
      let filled = performance.now();
      let refused = 0;
      await using server = await wire.start({
        fault: (_, response) => {
          left = Math.min(limit, left + (performance.now() - filled) / refillMs);
          filled = performance.now();
          if (left < 1) {
            refused++;
            json(response, 429, { error: { message: "slow down" } }, { "retry-after": "0" });
            return true;
          }
          left--;
          const remaining = Math.floor(left);
          const at = new Date(Math.ceil((Date.now() + (limit - remaining) * refillMs) / 1000) * 1000).toISOString();
          const headers = wire.name.startsWith("openai")
            ? {
                limit: "x-ratelimit-limit-requests",
                remaining: "x-ratelimit-remaining-requests",
                reset: "x-ratelimit-reset-requests",
              }
            : {
                limit: "anthropic-ratelimit-requests-limit",
                remaining: "anthropic-ratelimit-requests-remaining",
                reset: "anthropic-ratelimit-requests-reset",
              };
          response.setHeader(headers.limit, limit);
          response.setHeader(headers.remaining, remaining);
          response.setHeader(
            headers.reset,
            wire.name.startsWith("openai") ? `${(limit - remaining) * refillMs}ms` : at,
          );
          return false;
        },
      });
      const examples = Array.from({ length: 30 }, (_, at) => row(`n ${at}`));
      const { context } = await fakeContext({ options: optionsFor(wire, server, { concurrency: 8 }), examples });
      await teach.run(context);
      assert.equal(server.till.billed.length, 30);
      assert.equal(refused, 0);
    });
  }
});
