// This file shows what a teacher is asked for programs, what is put down of its replies, and that they are paid for and planned like any others.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contract } from "@kolm/format";
import { describeLanguage, Node } from "@kolm/recipe";
import { memoryStore } from "@kolm/store";
import { planTeaching, recordCassette, teach, TeacherOptions } from "@kolm/teach";
import { runStage } from "../recipes/run-stage.ts";
import { type FakeRow, fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";
import { message } from "./server/anthropic.ts";
import { json } from "./server/loopback.ts";
import { completion } from "./server/openai.ts";
import type { Asked, Steering } from "./server/provider.ts";
import { optionsFor, type Wire, WIRES } from "./server/wires.ts";

const examples: readonly FakeRow[] = [
  row("the sun is out today"),
  row("what a dreadful queue", "bad"),
  { input: "what is 2 + 2", output: null },
];
const PROGRAM = JSON.stringify([
  { op: "ngram", any: ["sun"] },
  { op: "text", value: "good" },
  { op: "when", if: 0, give: 1 },
]);

const asksForProgram = ({ body }: Asked): boolean => JSON.stringify(body).includes('"required":["program"]');

/** A server that writes these programs, in turn, and answers everything else. */
function writing(wire: Wire, programs: readonly unknown[]): Steering {
  let nth = 0;
  return {
    fault: (asked, response) => {
      if (!asksForProgram(asked)) return false;
      const program = programs[nth++ % programs.length];
      const path = "input" in asked.body ? "/responses" : "/chat/completions";
      json(response, 200, wire.name === "anthropic" ? message(program) : completion(path, program));
      return true;
    },
  };
}

for (const wire of WIRES) {
  describe(`${wire.name}: candidate programs`, () => {
    it("are asked for by field, in the words of the language, with people's labels as delimited data", async () => {
      await using server = await wire.start(writing(wire, [{ program: PROGRAM }]));
      const candidates = { fields: ["mood"], perField: 2 };
      const { context, written } = await fakeContext({
        options: optionsFor(wire, server, { candidates, concurrency: 1 }),
        examples,
        evals: [row("held out")],
      });
      await teach.run(context);
      const asked = server.till.calls.filter(asksForProgram);
      assert.equal(asked.length, 2);
      for (const { body, input } of asked) {
        const text = JSON.stringify(body);
        assert.ok(text.includes(JSON.stringify(describeLanguage()).slice(1, -1)), "the language is not stated");
        assert.match(text, /The field: mood, one of these texts/);
        assert.ok(!text.includes("held out"));
        const lines = input.split("\n").map((line) => JSON.parse(line) as { input: string; output: unknown });
        assert.deepEqual(lines.map(({ output }) => String(output)).sort(), ["bad", "good", "null"]);
      }
      const rows = rowsOf(written, "candidates.jsonl");
      assert.deepEqual(
        rows.map(({ field, by, text }) => [field, by, text]),
        [
          ["mood", "test-model", PROGRAM],
          ["mood", "test-model", PROGRAM],
        ],
      );
      const seen = rows[0]?.["seen"];
      assert.ok(Array.isArray(seen) && seen.length === 3);
    });

    it("stand in plan, ledger and cassette, and are not paid for twice", async () => {
      await using server = await wire.start(writing(wire, [{ program: PROGRAM }]));
      const store = memoryStore();
      const cassette = "tape.jsonl";
      const options = optionsFor(wire, server, { candidates: {}, concurrency: 1, cassette, baseline: "none" });
      const { context, written } = await fakeContext({ options, examples, store });
      const plan = await planTeaching(context);
      assert.deepEqual([plan.parts.candidates.calls, plan.parts.label.calls, plan.total.calls], [6, 2, 8]);
      assert.equal(server.till.calls.length, 0);
      await teach.run(context);
      assert.equal(server.till.calls.length, 8);
      assert.equal(jsonOf(written, "ledger.json")["calls"], 8);
      const after = await planTeaching(context);
      assert.deepEqual([after.parts.candidates.known, after.total.calls], [6, 0]);
      assert.equal((await recordCassette(context)).requests, 8);
      await teach.run(context);
      assert.equal(server.till.calls.length, 8);
    });
  });
}

const openai = WIRES[0] ?? assert.fail("no wire");

/** What the teach stage puts down of these replies to requests for programs. */
async function candidatesAfter(replies: readonly unknown[]): Promise<Record<string, unknown>[]> {
  await using server = await openai.start(writing(openai, replies));
  const candidates = { fields: ["mood"], perField: replies.length };
  const { context, written } = await fakeContext({
    options: optionsFor(openai, server, { candidates, concurrency: 1, maxRetries: 0 }),
    examples,
  });
  await teach.run(context);
  return rowsOf(written, "candidates.jsonl");
}

describe("candidate programs", () => {
  it("are off by default, and then the file is empty", async () => {
    await using server = await openai.start();
    const { context, written } = await fakeContext({ options: optionsFor(openai, server), examples });
    await teach.run(context);
    assert.deepEqual(rowsOf(written, "candidates.jsonl"), []);
    assert.ok(!server.till.calls.some(asksForProgram));
    const labels = await fakeContext({ options: { provider: "labels" }, examples });
    await teach.run(labels.context);
    assert.deepEqual(rowsOf(labels.written, "candidates.jsonl"), []);
    assert.equal(TeacherOptions.safeParse({ provider: "labels", candidates: {} }).success, false);
  });

  it("of a field that the task lacks are refused before anything is asked", async () => {
    await using server = await openai.start();
    const candidates = { fields: ["mod"] };
    const { context } = await fakeContext({ options: optionsFor(openai, server, { candidates }), examples });
    await assert.rejects(planTeaching(context), { code: "TEACHER_FIELD" });
    await assert.rejects(teach.run(context), { code: "TEACHER_FIELD" });
    assert.equal(server.till.calls.length, 0);
  });

  it("are counted against the budget before they are sent", async () => {
    await using server = await openai.start(writing(openai, [{ program: PROGRAM }]));
    const more = { candidates: {}, concurrency: 1, maxRetries: 0, budget: { usd: 0.02 } };
    const { context } = await fakeContext({ options: optionsFor(openai, server, more), examples });
    await assert.rejects(teach.run(context), { code: "TEACHER_BUDGET" });
    assert.equal(server.till.calls.length, 2);
    assert.ok(!server.till.calls.some(asksForProgram));
  });

  it("that hostile servers send are put down unread, or not at all, and refused by the recipes stage by name", async () => {
    const replies = [
      { program: "no" },
      { program: 'Sure! [{"op":"input"}]' },
      { program: '[{"op":"input","__proto__":{"polluted":1}}]' },
      JSON.parse('{"program": {"__proto__": {"polluted": 1}}}') as unknown,
      { program: `[${'{"op":"input"},'.repeat(5_000)}{"op":"input"}]` },
      { program: "/etc/passwd" },
      { program: "https://example.com/x.json" },
      { program: '[{"op":"fetch","url":"https://example.com"}]' },
      { something: "else" },
      [PROGRAM],
      "in words",
      { program: 5 },
      { program: null },
    ];
    const rows = await candidatesAfter(replies);
    assert.equal(rows.length, replies.length);
    const contract: Contract = {
      input: { type: "text", maxLength: 1000 },
      output: { mood: { type: "enum", values: ["good", "bad"] } },
    };
    const answers = Array.from({ length: 40 }, (_, at) =>
      JSON.stringify({ id: `a${at}`, input: `the sun ${at}`, output: { mood: at % 2 === 0 ? "good" : "bad" } }),
    );
    const text = rows.map((one) => `${JSON.stringify(one)}\n`).join("");
    const { certificates } = await runStage(answers, {}, { contract, candidates: text });
    assert.deepEqual(
      certificates.refused?.map(({ refused }) => refused),
      [
        "notJson",
        "notJson",
        "badKey",
        "badKey",
        "none",
        "notJson",
        "notJson",
        "notLanguage",
        "none",
        "none",
        "none",
        "none",
        "none",
      ],
    );
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("are described for every operation of the language, once", () => {
    const lines = describeLanguage().split("\n");
    for (const option of Node.options) {
      const op = option.shape.op.value;
      const own = lines.filter((line) => line.startsWith(`{"op": "${op}"`));
      assert.equal(own.length, 1, op);
      assert.match(own[0] ?? "", / gives [a-z ]+: \S/, op);
    }
  });
});
