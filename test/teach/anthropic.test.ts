// This file drives the real Anthropic SDK against a loopback server: what is sent, and what becomes of the answers.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { teach } from "@kolm/teach";
import { openPlatform } from "../../plugins/teach/src/provider/anthropic/platform.ts";
import { fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";
import { message, startAnthropic } from "./server/anthropic.ts";
import { json } from "./server/loopback.ts";
import type { Steering } from "./server/provider.ts";

const options = (server: { baseURL: string }, more: object = {}) => ({
  provider: "anthropic",
  model: "test-model",
  baseURL: server.baseURL,
  keyEnv: "TEACHER_KEY",
  price: { input: 3, output: 15 },
  maxRetries: 2,
  ...more,
});
const secrets = { TEACHER_KEY: "plain-test-key" };
const sad = (input: string) => ({ mood: input.includes("sad") ? "bad" : "good", word: null });
const error = (type: string, words: string) => ({ type: "error", error: { type, message: words } });

describe("anthropic teacher", () => {
  it("labels examples by one forced tool under the task's schema and books cached input tokens too", async () => {
    await using server = await startAnthropic({ answer: sad });
    const examples = [row("so sad"), row("fine")];
    const { context, written } = await fakeContext({ options: options(server), secrets, examples });
    await teach.run(context);
    assert.deepEqual(
      rowsOf(written, "answers.jsonl").map(({ output }) => output),
      [sad("so sad"), sad("fine")],
    );
    assert.deepEqual(jsonOf(written, "ledger.json")["tokens"], server.till.tokens);
    const [asked] = server.till.calls;
    assert.ok(asked);
    const { body, headers } = asked;
    const [tool] = body["tools"] as { name: string; input_schema: { type: string; required: string[] } }[];
    assert.deepEqual(
      [tool?.name, tool?.input_schema.type, tool?.input_schema.required],
      ["answer", "object", ["answer"]],
    );
    assert.deepEqual(body["tool_choice"], { type: "tool", name: "answer", disable_parallel_tool_use: true });
    assert.deepEqual([body["temperature"], body["max_tokens"]], [0, 1024]);
    assert.ok(`${headers["x-api-key"]} ${headers["authorization"]}`.includes("plain-test-key"));
  });

  it("takes structured outputs instead of the tool, and answers in words that hold JSON", async () => {
    const text = '{"answer": {"mood": "bad", "word": null}}';
    await using server = await startAnthropic({
      fault: (_, response) => {
        json(response, 200, message(null, { content: [{ type: "text", text }], stop_reason: "end_turn" }));
        return true;
      },
    });
    const schema = options(server, { structured: "schema" });
    const { context, written } = await fakeContext({ options: schema, secrets, examples: [row("a")] });
    await teach.run(context);
    assert.deepEqual(rowsOf(written, "answers.jsonl")[0]?.["output"], { mood: "bad", word: null });
    const body = server.till.calls[0]?.body ?? {};
    assert.equal(body["tools"], undefined);
    assert.equal((body["output_config"] as { format: { type: string } }).format.type, "json_schema");
  });

  it("waits out 429 with Retry-After and 529, and goes on", async () => {
    const fault: Steering["fault"] = (_, response, call) => {
      if (call === 1) json(response, 429, error("rate_limit_error", "slow down"), { "retry-after": "1" });
      if (call === 2) json(response, 529, error("overloaded_error", "Overloaded"));
      return call < 3;
    };
    await using server = await startAnthropic({ fault });
    const started = performance.now();
    const { context, written } = await fakeContext({ options: options(server), secrets, examples: [row("a")] });
    await teach.run(context);
    assert.ok(performance.now() - started >= 950);
    assert.equal(server.till.calls.length, 3);
    assert.deepEqual(jsonOf(written, "ledger.json")["tokens"], server.till.tokens);
  });

  it("notes refusals and cut-off answers, asks once more about answers that do not fit", async () => {
    const fault: Steering["fault"] = ({ input }, response) => {
      if (input === "refuse") json(response, 200, message(null, { content: [], stop_reason: "refusal" }));
      if (input === "long") json(response, 200, message({ ans: 1 }, { stop_reason: "max_tokens" }));
      if (input === "soso") json(response, 200, message({ answer: { mood: "soso", word: null } }));
      return input !== "fine";
    };
    await using server = await startAnthropic({ fault });
    const examples = ["refuse", "long", "soso", "fine"].map((input) => row(input));
    const { context, written } = await fakeContext({ options: options(server), secrets, examples });
    await teach.run(context);
    const notes = rowsOf(written, "answers.jsonl").map(({ note }) => String(note));
    assert.equal(notes[0], "the teacher refused to answer");
    assert.equal(notes[1], "the answer was cut off after 10 tokens");
    assert.match(notes[2] ?? "", /mood is "soso"/);
    assert.equal(server.till.calls.length, 5);
  });

  it("explains what cannot be read, unknown models, empty accounts, lost servers, cut and slow bodies", async () => {
    const cases: [Steering["fault"], string, RegExp][] = [
      [
        (_, response) => Boolean(response.writeHead(200, { "content-type": "application/json" }).end('{"id": "m')),
        "TEACHER_REPLY",
        /no answer of its API/,
      ],
      [
        (_, response) => Boolean(response.writeHead(200, { "content-type": "text/html" }).end("<html>")),
        "TEACHER_REPLY",
        /no answer/,
      ],
      [
        (_, response) => (json(response, 404, error("not_found_error", "model: nope")), true),
        "TEACHER_REFUSED",
        /404.*model: nope/,
      ],
      [(_, response) => (json(response, 402, error("billing_error", "no credit")), true), "TEACHER_QUOTA", /no credit/],
      [
        (_, response) => (json(response, 529, error("overloaded_error", "Overloaded")), true),
        "TEACHER_DOWN",
        /529.*Overloaded/,
      ],
      [(_, response) => Boolean(response.socket?.destroy()), "TEACHER_UNREACHABLE", /cannot be reached/],
      [
        (_, response) => {
          response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
          return Boolean(response.write("{", () => response.socket?.destroy())) || true;
        },
        "TEACHER_UNREACHABLE",
        /cannot be reached/,
      ],
      [
        (_, response) => Boolean(response.writeHead(200, { "content-type": "application/json" }).write("{")) || true,
        "TEACHER_TIMEOUT",
        /in time/,
      ],
    ];
    for (const [fault, code, words] of cases) {
      await using server = await startAnthropic(fault === undefined ? {} : { fault });
      const hasty = options(server, { maxRetries: 0, timeoutSeconds: 0.3 });
      const { context } = await fakeContext({ options: hasty, secrets, examples: [row("a")] });
      await assert.rejects(async () => teach.run(context), { code, message: words });
    }
  });

  it("says which package a cloud needs, and gives its client the cloud's place", async () => {
    await using server = await startAnthropic();
    for (const platform of ["bedrock", "vertex"]) {
      const cloud = options(server, { platform, region: "r", project: "p", keyEnv: undefined });
      const { context } = await fakeContext({ options: cloud, examples: [row("a")] });
      await assert.rejects(async () => teach.run(context), {
        code: "TEACHER_SDK",
        hint: `Run npm install @anthropic-ai/${platform}-sdk in the workspace.`,
      });
    }
    const { context } = await fakeContext({
      options: options(server, { platform: "bedrock", region: "eu-1", baseURL: undefined, keyEnv: undefined }),
      examples: [],
    });
    assert.equal(context.options.provider, "anthropic");
    if (context.options.provider !== "anthropic") return;
    await assert.rejects(
      openPlatform(context.options, {}, async () => ({})),
      { message: /has no AnthropicBedrock/ },
    );
  });
});
