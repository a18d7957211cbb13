// This file shows that every way a call can fail ends in a right answer, a note or a clear error.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { teach } from "@kolm/teach";
import { fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";
import { complete, reply, startServer } from "./server.ts";

const options = (baseURL: string, more: object = {}) => ({
  provider: "openai",
  model: "test-model",
  baseURL,
  price: { input: "1.5", output: 6 },
  maxRetries: 2,
  ...more,
});

describe("failing calls", () => {
  it("waits as long as Retry-After says and then goes on", async () => {
    await using server = await startServer((_, response, call) =>
      call === 1
        ? reply(response, 429, { error: { message: "slow down" } }, { "retry-after": "1" })
        : complete(response, { mood: "good", word: null }),
    );
    const { context, written } = await fakeContext({ options: options(server.baseURL), examples: [row("a")] });
    const started = performance.now();
    await teach.run(context);
    assert.ok(performance.now() - started >= 950);
    assert.equal(server.calls.length, 2);
    assert.equal(jsonOf(written, "ledger.json")["calls"], 1);
    assert.ok(
      (jsonOf(written, "ledger.json")["latencyMs"] as { p95: number }).p95 < 900,
      "waiting is not the model's latency",
    );
  });

  it("asks once more after an answer that does not fit, then leaves a note", async () => {
    await using server = await startServer(({ input }, response, call) =>
      input === "mends" && call > 1
        ? complete(response, { mood: "bad", word: null })
        : complete(response, null, {
            content: input === "mends" ? "not json" : '{"answer": {"mood": "soso", "word": null}}',
          }),
    );
    const { context, written } = await fakeContext({
      options: options(server.baseURL, { concurrency: 1 }),

      examples: [row("mends"), row("never")],
    });
    await teach.run(context);
    const [mended, never] = rowsOf(written, "answers.jsonl");
    assert.deepEqual(mended?.["output"], { mood: "bad", word: null });
    assert.deepEqual([never?.["output"], never?.["origin"]], [null, "teacher"]);
    assert.match(String(never?.["note"]), /mood is "soso", which is not one of its values/);
    assert.equal(server.calls.length, 4);
    assert.equal(jsonOf(written, "ledger.json")["calls"], 4);
    const seeds = server.calls.map(({ body }) => body["seed"]);
    assert.deepEqual(seeds, [0, 1000, 0, 1000]);
  });

  it("notes refusals, filtered and cut-off answers without asking again, and takes null as abstention", async () => {
    await using server = await startServer(({ input }, response) => {
      if (input === "refuse") return complete(response, null, { content: null, refusal: "I cannot" });
      if (input === "filter") return complete(response, null, { content: null, finish_reason: "content_filter" });
      if (input === "long") return complete(response, null, { content: '{"answer": {"mo', finish_reason: "length" });
      return complete(response, null);
    });
    const { context, written } = await fakeContext({
      options: options(server.baseURL),

      examples: ["refuse", "filter", "long", "other"].map((input) => row(input)),
    });
    await teach.run(context);
    const notes = rowsOf(written, "answers.jsonl").map(({ output, note }) => [output, note]);
    assert.deepEqual(notes, [
      [null, "the teacher refused to answer"],
      [null, "the server's content filter withheld the answer"],
      [null, "the answer was cut off after 10 tokens"],
      [null, undefined],
    ]);
    assert.equal(server.calls.length, 4);
  });

  it("explains what cannot be read as a completion, unknown models, lost servers and slow bodies", async () => {
    const cases: [Parameters<typeof startServer>[0], string, RegExp][] = [
      [(_, response) => reply(response, 200, '{"id": "x", "choi'), "TEACHER_REPLY", /no answer of its API/],
      [
        (_, response) => reply(response, 200, "<html>", { "content-type": "text/html" }),
        "TEACHER_REPLY",
        /no answer of its API/,
      ],
      [(_, response) => reply(response, 200, { choices: [] }), "TEACHER_REPLY", /no answer of its API/],
      [
        (_, response) => reply(response, 404, { error: { message: "no such model" } }),
        "TEACHER_REFUSED",
        /404.*no such model/,
      ],
      [(_, response) => reply(response, 529, { error: { message: "overloaded" } }), "TEACHER_DOWN", /529.*overloaded/],
      [(_, response) => void response.socket?.destroy(), "TEACHER_UNREACHABLE", /cannot be reached/],
      [
        (_, response) => void response.writeHead(200, { "content-type": "application/json" }).write("{"),
        "TEACHER_TIMEOUT",
        /in time/,
      ],
    ];
    for (const [respond, code, message] of cases) {
      await using server = await startServer(respond);
      const { context } = await fakeContext({
        options: options(server.baseURL, { maxRetries: 0, timeoutSeconds: 0.3 }),
        examples: [row("a")],
      });
      await assert.rejects(async () => teach.run(context), { code, message });
    }
  });
});
