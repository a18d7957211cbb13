// This file shows that kill -9 at ten random moments of live calls repeats nothing that was answered.
import assert from "node:assert/strict";
import { it } from "node:test";
import { createRng } from "@kolm/stage";
import { jsonOf, row } from "./fake-context.ts";
import { afterKills } from "./server/killing.ts";
import { json } from "./server/loopback.ts";
import { completion, startOpenAI } from "./server/openai.ts";

const examples = Array.from({ length: 60 }, (_, at) => row(`message ${at}`));
const KILLS = 10;
const CONCURRENCY = 4;

it(
  "kill -9 at ten random moments bills nothing twice where the gateway knows a repeated digest",
  { timeout: 60_000 },
  async () => {
    const rng = createRng("kill live");
    const digests = new Set<string>();
    let left = Number.POSITIVE_INFINITY;
    let kill: () => void = () => undefined;
    await using server = await startOpenAI({
      fault: async ({ headers }, response) => {
        const digest = String(headers["idempotency-key"]);
        await new Promise((resolve) => setTimeout(resolve, rng.integer(8)));
        if (--left === 0) setTimeout(() => kill(), rng.integer(4));
        const isRepeated = digests.has(digest);
        digests.add(digest);
        if (isRepeated) json(response, 200, completion("/chat/completions", { answer: { mood: "good", word: null } }));
        return isRepeated;
      },
    });
    const written = await afterKills({
      options: {
        provider: "openai",
        model: "m",
        baseURL: server.baseURL,
        price: { input: 1, output: 2 },
        concurrency: CONCURRENCY,
        idempotencyHeader: "Idempotency-Key",
      },
      examples,
      kills: KILLS,
      armed: (child) => {
        left = 1 + rng.integer(4);
        kill = () => child.kill("SIGKILL");
      },
      disarmed: () => (left = Number.POSITIVE_INFINITY),
    });
    assert.equal(new Set(server.till.billed).size, examples.length);
    assert.equal(server.till.billed.length, examples.length, "nothing is billed twice");
    // What is sent again was under way when the process died, and no more.
    const again = server.till.calls.length - examples.length;
    assert.ok(again <= KILLS * CONCURRENCY, `${again} calls were sent again`);
    assert.deepEqual(jsonOf(written, "ledger.json")["tokens"], server.till.tokens);
  },
);
