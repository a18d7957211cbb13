// This file checks who answers what: recipes first, the student for the rest, abstention below the thresholds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Contract, type FieldValue, KolmError, type LabelledSpan } from "@kolm/format";
import type { Decisions, Pack } from "@kolm/recipe";
import { type AnswererParts, createAnswerer, type StudentAnswer } from "@kolm/runtime";
import { STUDENT } from "./small-artifact.ts";

const contract = Contract.parse({
  input: { type: "text", maxLength: 40 },
  output: { kind: { type: "enum", values: ["a", "b"] }, people: { type: "spans", labels: ["name"] } },
});
const span = (start: number, end: number, text: string): LabelledSpan => ({ start, end, text, label: "name" });

function pack(fields: Record<string, FieldValue>, marks: Decisions["marks"] = []): Pack {
  const decided = new Map(Object.entries(fields).map(([name, value]) => [name, { value, recipe: `${name}-rule` }]));
  return { recipes: [], decide: () => ({ fields: decided, marks, steps: 7 }) };
}

function student(
  answer: Partial<Record<"kind" | "people", [FieldValue, number]>>,
  scope: number | null = null,
): { parts: Pick<AnswererParts, "student">; asked: () => number } {
  let asked = 0;
  const fields: StudentAnswer["fields"] = new Map(
    Object.entries(answer).map(([name, [value, confidence]]) => [name, { value, confidence }]),
  );
  const opened = {
    file: { ...STUDENT, thresholds: { confidence: "0.6", scope: "0.5" } },
    answer: async (): Promise<StudentAnswer> => ({
      fields,
      scope,
      scopeConfidence: scope ?? 1,
      macs: 100,
      truncated: false,
    }),
  };
  return { parts: { student: async () => (asked++, opened) }, asked: () => asked };
}

test("when recipes decide every field the student is never opened", async () => {
  const { parts, asked } = student({});
  const answer = await createAnswerer({ contract, recipes: pack({ kind: "a", people: [] }), ...parts })("hello");
  assert.deepEqual(answer.output, { kind: "a", people: [] });
  assert.deepEqual([answer.path, answer.confidence, answer.abstained, asked()], ["recipe", 1, false, 0]);
  assert.deepEqual(answer.work, { macs: 0, recipeSteps: 7, probes: 0 });
});

test("what a recipe decided stands against the student, the rest is the student's", async () => {
  const { parts } = student({ kind: ["b", 0.9], people: [[], 0.8] });
  const answer = await createAnswerer({ contract, recipes: pack({ kind: "a" }), ...parts })("hello");
  assert.deepEqual(answer.output, { kind: "a", people: [] });
  assert.deepEqual([answer.path, answer.confidence, answer.work.macs], ["mixed", 0.8, 100]);
  assert.deepEqual(answer.fields["kind"], { value: "a", confidence: 1, path: "recipe" });
});

test("a span that a recipe is sure of takes the place of the student's where they overlap", async () => {
  const { parts } = student({ kind: ["b", 0.9], people: [[span(0, 5, "Mary "), span(12, 15, "Bob")], 0.8] });
  const marks = [{ ...span(0, 8, "Mary Ann"), field: "people", recipe: "names" }];
  const { output, path } = await createAnswerer({ contract, recipes: pack({}, marks), ...parts })("Mary Ann or Bob");
  assert.deepEqual(output?.["people"], [span(0, 8, "Mary Ann"), span(12, 15, "Bob")]);
  assert.equal(path, "student");
});

test("it abstains when the input is probably out of scope, and says so", async () => {
  const { parts } = student({ kind: ["b", 0.9], people: [[], 0.9] }, 0.2);
  const answer = await createAnswerer({ contract, ...parts })("what is the capital of France");
  assert.deepEqual([answer.output, answer.abstained, answer.confidence], [null, true, 0.2]);
  assert.match(answer.reason ?? "", /not one for this task/);
});

test("it abstains when a field is not sure enough, unless told another threshold", async () => {
  const { parts } = student({ kind: ["b", 0.55], people: [[], 0.9] });
  const answer = await createAnswerer({ contract, ...parts })("hm");
  assert.match(answer.reason ?? "", /kind is not sure enough \(0\.55, 0\.6 is needed\)/);
  assert.deepEqual(answer.fields["kind"]?.value, "b");
  assert.equal(
    (await createAnswerer({ contract, ...parts, thresholds: { confidence: 0.5, scope: 0 } })("hm")).abstained,
    false,
  );
});

test("it abstains when nothing can decide a field", async () => {
  const alone = await createAnswerer({ contract, recipes: pack({ kind: "a" }) })("hm");
  assert.deepEqual([alone.abstained, alone.confidence, alone.path], [true, 0, "recipe"]);
  assert.match(alone.reason ?? "", /no recipe decides people, and there is no student/);
  const nothing = await createAnswerer({ contract })("hm");
  assert.deepEqual([nothing.path, nothing.output], ["none", null]);
});

test("passages come beside an answer and beside an abstention", async () => {
  const hit = { id: "1", source: "a.md", kind: "text", text: "…", score: 0.5, ranks: {} } as const;
  const answer = await createAnswerer({ contract, recall: async () => ({ hits: [hit], probes: 3, macs: 50 }) })("hm");
  assert.deepEqual([answer.recall, answer.work], [[hit], { macs: 50, recipeSteps: 0, probes: 3 }]);
});

test("an input that is no text or too long is refused", async () => {
  const answer = createAnswerer({ contract });
  for (const input of [7, null, undefined, {}, "x".repeat(41)]) {
    // Callers in JavaScript pass anything.
    await assert.rejects(
      answer(input as string),
      (error) => error instanceof KolmError && error.code === "INPUT_INVALID",
    );
  }
});
