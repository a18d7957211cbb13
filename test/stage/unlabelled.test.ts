// This file tests how inputs without answers are read: both forms of file, and what is left out.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contract } from "@kolm/format";
import { readUnlabelled, rowId } from "@kolm/stage";
import { memoryStore } from "@kolm/store";
import { memoryInputs } from "../teach/stage-files.ts";
import { runSpec } from "./run-spec.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 80 },
  output: { mood: { type: "enum", values: ["good", "bad"] } },
};
const row = (input: string): string => `${JSON.stringify({ input, output: { mood: "good" } })}\n`;
const LONG_EVAL = "please tell me when the very last train to York leaves";

async function spec(file: string, text: string): Promise<Map<string, string>> {
  const task = { name: "demo", description: "Says what mood a message is in.", ...contract, unlabelled: file };
  const files = new Map([
    ["workspace/kolm.workspace.yaml", "bases: {}\n"],
    ["task/task.yaml", JSON.stringify(task)],
    ["task/examples.jsonl", row("I am glad")],
    ["task/evals.jsonl", row("so sad today") + row(LONG_EVAL)],
    [`task/${file}`, text],
  ]);
  return runSpec([], files);
}

const inputsOf = async (written: ReadonlyMap<string, string>): Promise<string[]> => {
  const rows = await readUnlabelled(memoryInputs(written, memoryStore()));
  for (const { id, input } of rows) assert.equal(id, rowId(input));
  return rows.map(({ input }) => input);
};

test("a JSONL file gives its inputs, without duplicates, leaks from evals and what is too long", async () => {
  const lines = [
    { input: "what a day", id: 7 },
    { input: "What a day!" },
    { input: "i am glad." },
    { input: "So sad, today" },
    { input: `He wrote: ${LONG_EVAL}, thanks` },
    { input: "x".repeat(81) },
    { input: "two\nlines" },
  ];
  const written = await spec("more.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  assert.deepEqual(await inputsOf(written), ["what a day", "two\nlines"]);
  assert.deepEqual(JSON.parse(written.get("spec/unlabelled.json") ?? ""), {
    kept: 2,
    duplicates: 2,
    leaks: 2,
    tooLong: 1,
  });
});

test("any other file gives one input a line, and nearly an eval counts as one", async () => {
  const near = LONG_EVAL.replace("please ", "");
  const written = await spec("log.txt", `first line\n\n  second {"input": 1} \r\n${near}\n`);
  assert.deepEqual(await inputsOf(written), ["first line", 'second {"input": 1}']);
});

test("a line without an input and an empty file are named", async () => {
  await assert.rejects(spec("more.jsonl", '{"input": "fine"}\n{"text": "x"}\n'), {
    code: "ROW_INVALID",
    place: { file: "tasks/demo/more.jsonl", line: 2 },
  });
  await assert.rejects(spec("more.txt", "\n \n"), { code: "ROWS_EMPTY" });
});

test("a task without the key has no such file", async () => {
  assert.deepEqual(await readUnlabelled(memoryInputs(new Map(), memoryStore())), []);
});

test("where a text is computed, unlabelled inputs are duplicates only when they are equal", async () => {
  const output: Contract["output"] = { code: { type: "text" } };
  const task = { name: "demo", description: "Writes a code.", output, unlabelled: "more.txt" };
  const example = `${JSON.stringify({ input: "a-b", output: { code: "AB" } })}\n`;
  const written = await runSpec(
    [],
    new Map([
      ["workspace/kolm.workspace.yaml", "bases: {}\n"],
      ["task/task.yaml", JSON.stringify(task)],
      ["task/examples.jsonl", example],
      ["task/evals.jsonl", `${JSON.stringify({ input: "x", output: { code: "X" } })}\n`],
      ["task/more.txt", "a b\na-b\nA-B\na b\n"],
    ]),
  );
  assert.deepEqual(await inputsOf(written), ["a b", "A-B"]);
});
