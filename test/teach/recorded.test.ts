// This file shows how answers recorded earlier teach, vote and give a baseline.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Contract } from "@kolm/format";
import { baseline, teach } from "@kolm/teach";
import { fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";

const jsonl = (...rows: unknown[]): string => rows.map((one) => `${JSON.stringify(one)}\n`).join("");
const SPAM: Contract = {
  input: { type: "text", maxLength: 4000 },
  output: { label: { type: "enum", values: ["ham", "spam"] } },
};
const spam = (input: string, label: string) => ({ input, output: { label } });

describe("recorded teacher", () => {
  it("answers from a dotted column whose name has dots, and is measured on the evals", async () => {
    const { context, written, measure } = await fakeContext({
      contract: SPAM,
      options: { provider: "recorded", file: "t.jsonl", column: "teacher.gpt-4.1-mini" },
      examples: [spam("win now", "spam"), spam("hi mum", "ham")],
      evals: [spam("free cash", "spam"), spam("see you", "ham"), spam("odd", "ham")],
      recorded: {
        "t.jsonl": jsonl(
          { input: "win now", teacher: { "gpt-4.1-mini": "ham" } },
          { input: "hi mum", teacher: { "gpt-4.1-mini": "ham" } },
          { input: "free cash", teacher: { "gpt-4.1-mini": "spam" } },
          { input: "see you", teacher: { "gpt-4.1-mini": "spam" } },
          { input: "odd", teacher: { "gpt-4.1-mini": "ham or spam, hard to say" } },
        ),
      },
    });
    await teach.run(context);
    await measure();
    assert.deepEqual(
      rowsOf(written, "answers.jsonl").map(({ output, origin }) => [output, origin]),
      [
        [{ label: "ham" }, "teacher"],
        [{ label: "ham" }, "teacher"],
      ],
    );
    const { rows, ...figures } = jsonOf(written, "baseline/baseline.json");
    assert.deepEqual(figures, {
      baseline: "measured",
      provider: "recorded",
      model: "teacher.gpt-4.1-mini",
      count: 3,
      valid: 2,
      correct: 1,
      accuracy: 0.5,
      validShare: 2 / 3,
      p95LatencyMs: null,
      costPer1000: null,
    });
    assert.match(JSON.stringify(rows), /hard to say.*not one of its values/);
  });

  it("lets several columns vote and keeps the votes", async () => {
    const { context, written } = await fakeContext({
      contract: SPAM,
      options: { provider: "recorded", file: "t.jsonl", column: ["a", "b", "c"], baseline: "none" },
      examples: [spam("x", "ham")],
      recorded: { "t.jsonl": jsonl({ input: "x", a: "ham", b: "spam", c: "spam" }) },
    });
    await teach.run(context);
    const [answer] = rowsOf(written, "answers.jsonl");
    assert.deepEqual(answer?.["output"], { label: "spam" });
    assert.deepEqual(answer?.["votes"], [
      { output: { label: "spam" }, count: 2 },
      { output: { label: "ham" }, count: 1 },
    ]);
    assert.equal(baseline.applies?.(context.options), false);
  });

  it("resolves spans into offsets of the input", async () => {
    const { context, written } = await fakeContext({
      options: { provider: "recorded", file: "t.jsonl" },
      examples: [row("so very nice")],
      recorded: { "t.jsonl": jsonl({ input: "so very nice", output: { mood: "good", word: "nice" } }) },
    });
    await teach.run(context);
    assert.deepEqual(rowsOf(written, "answers.jsonl")[0]?.["output"], {
      mood: "good",
      word: { start: 8, end: 12, text: "nice" },
    });
  });

  it("names the input, the file and the column of a missing answer", async () => {
    const spec = {
      contract: SPAM,
      examples: [spam("known", "ham"), spam("unknown one", "spam")],
      recorded: { "t.jsonl": jsonl({ input: "known", out: "ham" }) },
    };
    const { context } = await fakeContext({
      ...spec,
      options: { provider: "recorded", file: "t.jsonl", column: "out" },
    });
    await assert.rejects(
      async () => teach.run(context),
      (error: { code: string; message: string }) => {
        assert.equal(error.code, "TEACHER_MISSING");
        assert.match(error.message, /t\.jsonl has no out for the input "unknown one"/);
        return true;
      },
    );
    const lenient = await fakeContext({
      ...spec,
      options: { provider: "recorded", file: "t.jsonl", column: "out", missing: "human" },
    });
    await teach.run(lenient.context);
    assert.deepEqual(
      rowsOf(lenient.written, "answers.jsonl").map(({ origin }) => origin),
      ["teacher", "human"],
    );
  });

  it("refuses a missing file, a broken line, a second different answer and a column that never fits", async () => {
    const examples = [spam("x", "ham")];
    const options = { provider: "recorded", file: "t.jsonl", column: "out" };
    const cases: [string, Record<string, string>, RegExp][] = [
      ["FILE_MISSING", {}, /names t\.jsonl/],
      ["ROW_INVALID", { "t.jsonl": '{"input": "x"' }, /found no JSON/],
      ["ROW_INVALID", { "t.jsonl": '{"text": "x"}' }, /no text under input/],
      [
        "TEACHER_CONFLICT",
        { "t.jsonl": jsonl({ input: "x", out: "ham" }, { input: "x", out: "spam" }) },
        /another answer in t\.jsonl:1/,
      ],
      [
        "TEACHER_INVALID",
        { "t.jsonl": jsonl({ input: "x", out: "pork" }) },
        /none of 1 answers of out fits the task.*pork/,
      ],
    ];
    for (const [code, recorded, message] of cases) {
      const { context } = await fakeContext({ contract: SPAM, options, examples, recorded });
      await assert.rejects(async () => teach.run(context), { code, message });
    }
  });

  it("keeps people's word that an input is out of scope", async () => {
    const { context, written } = await fakeContext({
      contract: SPAM,
      options: { provider: "recorded", file: "t.jsonl" },
      examples: [{ input: "x", output: null }],
      recorded: { "t.jsonl": jsonl({ input: "x", output: "spam" }) },
    });
    await teach.run(context);
    const [answer] = rowsOf(written, "answers.jsonl");
    assert.deepEqual([answer?.["output"], answer?.["origin"]], [null, "human"]);
  });
});

const shared = process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared");
const smsSpam = join(shared, "data/sms_spam");

it(
  "sms_spam: the recorded GPT-5 column gives the published accuracy",
  { skip: existsSync(smsSpam) ? false : "no sms_spam data" },
  async () => {
    const read = (name: string): string => readFileSync(join(smsSpam, name), "utf8");
    const rows = (name: string) => {
      const parsed = read(name)
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { input: string; output: string });
      return [...new Map(parsed.map(({ input, output }) => [input, spam(input, output)])).values()];
    };
    const { context, written, measure } = await fakeContext({
      contract: SPAM,
      options: { provider: "recorded", file: ["train.jsonl", "test.jsonl"], column: "teacher.gpt-5", missing: "human" },
      examples: rows("train.jsonl"),
      evals: rows("test.jsonl"),
      recorded: { "train.jsonl": read("train.jsonl"), "test.jsonl": read("test.jsonl") },
    });
    await teach.run(context);
    await measure();
    const { accuracy } = jsonOf(written, "baseline/baseline.json");
    assert.ok(Math.abs((accuracy as number) - 0.989) < 0.002, `accuracy ${String(accuracy)}`);
  },
);
