// This file shows the forms in which an OpenAI-compatible server can be asked: other APIs, servers with less, probabilities.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contract } from "@kolm/format";
import { teach } from "@kolm/teach";
import { softOf } from "../../plugins/teach/src/provider/ask/soft.ts";
import { createTeacher } from "../../plugins/teach/src/provider/index.ts";
import { fakeContext, jsonOf, MOOD, row, rowsOf } from "./fake-context.ts";
import { completion, startOpenAI } from "./server/openai.ts";
import { json } from "./server/loopback.ts";
import type { Steering } from "./server/provider.ts";

const options = (server: { baseURL: string }, more: object = {}) => ({
  provider: "openai",
  model: "test-model",
  baseURL: server.baseURL,
  price: { input: "1.5", output: 6 },
  maxRetries: 0,
  ...more,
});
const run = async (more: object, steering: Steering = {}) => {
  await using server = await startOpenAI(steering);
  const { context, written } = await fakeContext({ options: options(server, more), examples: [row("a")] });
  await teach.run(context);
  return { body: server.till.calls[0]?.body ?? {}, written, till: server.till };
};

describe("forms of the OpenAI protocol", () => {
  it("asks the responses API under a strict schema, keeps nothing there, and books its tokens", async () => {
    const { body, written, till } = await run({ api: "responses", temperature: 0.5 });
    assert.deepEqual([body["store"], body["max_output_tokens"], body["temperature"]], [false, 1024, 0]);
    const { format } = body["text"] as { format: { type: string; strict: boolean; schema: { required: string[] } } };
    assert.deepEqual([format.type, format.strict, format.schema.required], ["json_schema", true, ["answer"]]);
    assert.match(String(body["instructions"]), /The task: Says whether/);
    assert.deepEqual(jsonOf(written, "ledger.json")["tokens"], till.tokens);
  });

  it("notes refusals, cut-off and filtered answers of the responses API", async () => {
    const shown = (more: object) => ({ ...(completion("/responses", null) as object), ...more });
    const cases: [object, RegExp][] = [
      [{ output: [{ type: "message", content: [{ type: "refusal", refusal: "no" }] }] }, /refused to answer/],
      [{ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }, /cut off after 10 tokens/],
      [{ status: "incomplete", incomplete_details: { reason: "content_filter" }, output: [] }, /content filter/],
    ];
    for (const [more, note] of cases) {
      const fault: Steering["fault"] = (_, response) => (json(response, 200, shown(more)), true);
      await using server = await startOpenAI({ fault });
      const both = [row("a"), row("b")];
      const { context } = await fakeContext({ options: options(server, { api: "responses" }), examples: both });
      await assert.rejects(async () => teach.run(context), { code: "TEACHER_INVALID", message: note });
      assert.equal(server.till.calls.length, 2, "none is asked again");
    }
  });

  it("puts the schema into the prompt for servers without structured outputs, and finds the JSON in what they say", async () => {
    const spoken = '<think>hm {maybe}</think>\nHere you are:\n```json\n{"answer": {"mood": "bad", "word": null}}\n```';
    const fault: Steering["fault"] = (_, response) => {
      const whole = completion("/chat/completions", null) as { choices: { message: object }[] };
      json(response, 200, { ...whole, choices: [{ finish_reason: "stop", message: { content: spoken } }] });
      return true;
    };
    for (const structured of ["json", "plain"]) {
      const { body, written } = await run({ structured, maxTokensField: "max_tokens" }, { fault });
      assert.deepEqual(rowsOf(written, "answers.jsonl")[0]?.["output"], { mood: "bad", word: null });
      const format = body["response_format"] as { type: string } | undefined;
      assert.equal(format?.type, structured === "json" ? "json_object" : undefined);
      const [system] = body["messages"] as { content: string }[];
      assert.match(system?.content ?? "", /JSON Schema:\n\{"additionalProperties":false,/);
      assert.equal(body["max_tokens"], 1024);
    }
  });

  it("says which option helps when a server does not know what was asked of it", async () => {
    const cases: [string, RegExp][] = [
      ["'response_format.type' must be one of text", /teacher\.structured/],
      ["logprobs is not supported", /teacher\.logProbabilities/],
      ["temperature does not support 0", /teacher\.sampling: default/],
      ["unknown field max_completion_tokens", /maxTokensField/],
    ];
    for (const [message, hint] of cases) {
      const fault: Steering["fault"] = (_, response) => (json(response, 400, { error: { message } }), true);
      await assert.rejects(run({}, { fault }), { code: "TEACHER_REFUSED", hint });
    }
    const empty = { error: { message: "You exceeded your quota", code: "insufficient_quota" } };
    const fault: Steering["fault"] = (_, response) => (json(response, 429, empty), true);
    await assert.rejects(run({ maxRetries: 3 }, { fault }), { code: "TEACHER_QUOTA", message: /no credit left/ });
  });

  it("reaches Azure under its deployment, version and key header", async () => {
    const seen: string[] = [];
    const fault: Steering["fault"] = ({ headers }) => {
      seen.push(`${headers["api-key"]} ${headers["authorization"]}`);
      return false;
    };
    await using server = await startOpenAI({ fault });
    const azure = { baseURL: `${server.url}/openai`, azure: { apiVersion: "2026-01-01" } };
    const { context } = await fakeContext({
      options: options(server, azure),
      examples: [row("a")],
      secrets: { AZURE_OPENAI_API_KEY: "azure-key" },
    });
    await teach.run(context);
    assert.deepEqual([seen, server.till.billed], [["azure-key undefined"], ["a"]]);
  });
});

describe("token probabilities", () => {
  const token = (text: string, probability: number, others: Record<string, number> = {}) => ({
    token: text,
    logprob: Math.log(probability),
    top_logprobs: [[text, probability] as const, ...Object.entries(others)].map(([piece, share]) => ({
      token: piece,
      logprob: Math.log(share),
    })),
  });

  it("become soft answers, in both APIs, and are left out where the server gives none", async () => {
    const pieces = [
      token('{"answer":{"', 1),
      token("mood", 1),
      token('":"', 1),
      token("good", 0.7, { bad: 0.2, go: 0.05, zzz: 0.05 }),
      token('","word":null}}', 1),
    ];
    const text = pieces.map((piece) => piece.token).join("");
    const bodies: Record<string, object> = {
      chat: { choices: [{ finish_reason: "stop", message: { content: text }, logprobs: { content: pieces } }] },
      responses: { output: [{ type: "message", content: [{ type: "output_text", text, logprobs: pieces }] }] },
    };
    for (const api of ["chat", "responses"]) {
      const path = api === "chat" ? "/chat/completions" : "/responses";
      const fault: Steering["fault"] = (_, response, call) => {
        if (call === 1) json(response, 200, { ...(completion(path, null) as object), ...bodies[api] });
        return call === 1;
      };
      await using server = await startOpenAI({ fault });
      const spec = { options: options(server, { api, logProbabilities: true }), examples: [] };
      const { context } = await fakeContext(spec);
      const { teacher } = await createTeacher(context, MOOD);
      const soft = await teacher.answer({ input: "a", sample: 0 });
      assert.deepEqual(soft.status === "valid" && soft.soft, { mood: { good: 0.789474, bad: 0.210526 } });
      const plain = await teacher.answer({ input: "b", sample: 0 });
      assert.equal(plain.status === "valid" && plain.soft, undefined);
      const again = await teacher.answer({ input: "a", sample: 0 });
      assert.deepEqual(again, soft);
      assert.equal(server.till.calls[0]?.body["top_logprobs"], 20);
    }
  });

  it("follow a value over several pieces, pieces that begin before it, and values that begin alike", () => {
    const contract: Contract = {
      ...MOOD,
      output: {
        label: { type: "spans", labels: ["x"] },
        team: { type: "enum", values: ["bill", "billing", "sales"] },
        sure: { type: "boolean" },
      },
    };
    const content = '{"answer":{"label":[{"label":"x","text":"\\"team\\":\\"sales"}],"team": "billing","sure":true}}';
    const cut = [content.indexOf('"billing') - 1, content.indexOf("billing") + 4, content.indexOf("true")];
    const [a = 0, b = 0, c = 0] = cut;
    const alternatives = (text: string, probability: number, others: Record<string, number>) => ({
      text,
      alternatives: Object.entries({ [text]: probability, ...others }).map(([piece, share]) => ({
        text: piece,
        logProbability: Math.log(share),
      })),
    });
    const trace = [
      alternatives(content.slice(0, a), 1, {}),
      alternatives(content.slice(a, b), 0.6, { ' "sales': 0.3, '"sales': 0.1 }),
      alternatives(content.slice(b, c), 0.75, { '","': 0.25 }),
      alternatives(content.slice(c), 0.9, { "false}}": 0.1 }),
    ];
    const said = { content, trace, refused: false, finish: "stop", model: "m", tokens: undefined };
    assert.deepEqual(softOf(said, contract), {
      team: { bill: 0.166667, billing: 0.5, sales: 0.333333 },
      sure: { true: 0.9, false: 0.1 },
    });
    assert.equal(softOf({ ...said, content: "something else" }, contract), undefined);
  });
});
