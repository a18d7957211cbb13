// This file shows what the teacher section of a task takes and how it complains.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TeacherOptions } from "@kolm/teach";

const complaint = (options: unknown): string => {
  const parsed = TeacherOptions.safeParse(options);
  return parsed.success ? "" : parsed.error.message;
};

describe("teacher options", () => {
  it("are human labels when the section is left out", () => {
    assert.deepEqual(TeacherOptions.parse(undefined), { provider: "labels" });
  });

  it("stay the same when parsed twice", () => {
    for (const options of [
      { provider: "recorded", file: "teacher.jsonl", column: "teacher.gpt-5" },
      { provider: "openai", model: "m", price: { input: 0.4, output: "1.60" }, budget: { usd: 5 }, k: 3 },
    ]) {
      const once = TeacherOptions.parse(options);
      assert.deepEqual(TeacherOptions.parse(JSON.parse(JSON.stringify(once))), once);
    }
  });

  it("take a budget as dollars in words", () => {
    const parsed = TeacherOptions.parse({ provider: "openai", model: "m", budget: "5 USD" });
    assert.ok(parsed.provider === "openai");
    assert.deepEqual(parsed.budget, { usd: "5", counts: "answers" });
    assert.match(complaint({ provider: "openai", model: "m", budget: "five dollars" }), /budget/);
  });

  it("can be published as a JSON Schema", () => {
    assert.equal(typeof TeacherOptions.toJSONSchema({ io: "input" }), "object");
  });

  it("say what is wrong", () => {
    assert.match(complaint({ provider: "gpt" }), /provider must be one of labels, recorded, openai, anthropic/);
    assert.match(complaint({ provider: "openai" }), /model/);
    assert.match(complaint({ provider: "openai", model: "m", keyEnv: "sk-abc-123" }), /never the key itself/);
    assert.match(complaint({ provider: "openai", model: "m", apiKey: "x" }), /apiKey/);
    assert.match(complaint({ provider: "openai", model: "m", price: { input: "1e-7", output: 1 } }), /plain decimal/);
    assert.match(complaint({ provider: "openai", model: "m", budget: {} }), /usd, tokens, inputTokens or outputTokens/);
    assert.match(complaint({ provider: "openai", model: "m", baseURL: "localhost" }), /expected a URL/);
    assert.match(complaint({ provider: "recorded", file: "../secret.jsonl" }), /inside the task folder/);
  });
});
