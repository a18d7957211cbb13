// This file checks how single answers are graded and added up, against cases worked by hand.
import assert from "node:assert/strict";
import test from "node:test";
import type { Contract, LabelledSpan, Output } from "@kolm/format";
import { gradeRow } from "../../plugins/verify/src/score/grade.ts";
import { accuracyOf, coverageOf, tally } from "../../plugins/verify/src/score/tally.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 1000 },
  output: {
    intent: { type: "enum", values: ["a", "b", "c"] },
    urgent: { type: "boolean" },
    order: { type: "span" },
    parts: { type: "spans", labels: ["name", "date"] },
  },
};
const part = (start: number, end: number, label: string): LabelledSpan => ({
  start,
  end,
  text: "x".repeat(end - start),
  label,
});
const output = (parts: readonly LabelledSpan[], changes: Partial<Output> = {}): Output => ({
  intent: "a",
  urgent: false,
  order: { start: 3, end: 6, text: "xxx" },
  parts,
  ...changes,
});
const answered = (given: Output) => ({ output: given, abstained: false });
const abstention = { output: null, abstained: true };

test("an answer equal in every field scores 1, also when it has no spans", () => {
  assert.equal(gradeRow(contract, output([]), answered(output([]))).score, 1);
  assert.equal(gradeRow(contract, output([part(0, 2, "name")]), answered(output([part(0, 2, "name")]))).score, 1);
});

test("one wrong enum, boolean or span field makes the record wrong and leaves the other fields right", () => {
  for (const change of [
    { intent: "b" },
    { urgent: true },
    { order: null },
    { order: { start: 3, end: 7, text: "xxxx" } },
  ]) {
    const grade = gradeRow(contract, output([]), answered(output([], change)));
    assert.equal(grade.score, 0);
    const [name] = Object.keys(change);
    assert.deepEqual(
      Object.entries(grade.fields)
        .filter(([, score]) => score === 0)
        .map(([field]) => field),
      [name],
    );
  }
});

test("spans score the F1 of exact start, end and label", () => {
  const expected = [part(0, 2, "name"), part(5, 9, "date")];
  const score = (given: readonly LabelledSpan[]): number =>
    gradeRow(contract, output(expected), answered(output(given))).score;
  assert.equal(score([part(0, 2, "name")]), 2 / 3); // P 1, R 1/2
  assert.equal(score([part(0, 2, "date"), part(5, 9, "date")]), 1 / 2); // one label wrong
  assert.equal(score([part(0, 3, "name")]), 0); // one boundary off
  assert.equal(score([]), 0);
  assert.equal(score([part(0, 2, "name"), part(0, 2, "name"), part(5, 9, "date")]), 4 / 5); // said twice counts once
  assert.equal(gradeRow(contract, output([]), answered(output(expected))).score, 0);
});

test("answering where abstaining is right is a wrong answered row; abstaining there counts in no mean", () => {
  assert.deepEqual(gradeRow(contract, null, answered(output([]))), {
    inScope: false,
    answered: true,
    score: 0,
    fields: {},
  });
  assert.deepEqual(gradeRow(contract, null, abstention), { inScope: false, answered: false, score: 1, fields: {} });
});

test("accuracy is over answered rows, coverage over in-scope rows", () => {
  const rows = [
    gradeRow(contract, output([]), answered(output([]))), // right
    gradeRow(contract, output([]), answered(output([], { intent: "b" }))), // wrong
    gradeRow(contract, output([part(0, 2, "name"), part(4, 5, "name")]), answered(output([part(0, 2, "name")]))), // 2/3
    gradeRow(contract, output([]), abstention), // in scope, not answered
    gradeRow(contract, null, abstention), // rightly silent
    gradeRow(contract, null, answered(output([]))), // wrongly answered
  ];
  const counts = tally(rows);
  assert.deepEqual(counts, { n: 6, inScope: 4, answered: 4, answeredInScope: 3, scoreSum: 1 + 2 / 3 });
  assert.equal(accuracyOf(counts), (1 + 2 / 3) / 4);
  assert.equal(coverageOf(counts), 3 / 4);
});

test("an artifact that answers nothing has accuracy 0 and coverage 0", () => {
  const counts = tally([gradeRow(contract, output([]), abstention)]);
  assert.deepEqual([accuracyOf(counts), coverageOf(counts)], [0, 0]);
  assert.deepEqual([accuracyOf(tally([])), coverageOf(tally([]))], [0, 0]);
});
