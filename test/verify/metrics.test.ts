// This file checks field metrics and calibration against figures worked by hand.
import assert from "node:assert/strict";
import test from "node:test";
import type { Contract, LabelledSpan } from "@kolm/format";
import { calibrationOf } from "../../plugins/verify/src/metrics/calibration.ts";
import { measureFields } from "../../plugins/verify/src/metrics/fields.ts";
import { ratesOf } from "../../plugins/verify/src/metrics/rates.ts";

const input = { type: "text", maxLength: 1000 } as const;

test("an enum field has a rate for each label, macro-F1 and confusions, the most frequent first", () => {
  const contract: Contract = { input, output: { intent: { type: "enum", values: ["a", "b", "c", "unused"] } } };
  const pairs = [
    ["a", "a"],
    ["a", "a"],
    ["a", "b"],
    ["a", "b"],
    ["b", "b"],
    ["c", "a"],
  ] as const;
  const rows = pairs.map(([expected, given], index) => ({
    id: `v${index}`,
    expected: { intent: expected },
    output: { intent: given },
  }));
  const intent = measureFields(contract, rows)["intent"];
  assert.ok(intent?.type === "enum");
  assert.equal(intent.accuracy, 3 / 6);
  assert.deepEqual(intent.labels, [
    { label: "a", precision: 2 / 3, recall: 2 / 4, f1: 4 / 7, support: 4 },
    { label: "b", precision: 1 / 3, recall: 1, f1: 2 / 4, support: 1 },
    { label: "c", precision: 0, recall: 0, f1: 0, support: 1 },
  ]);
  assert.equal(intent.macroF1, (4 / 7 + 2 / 4 + 0) / 3);
  assert.deepEqual(intent.confusions, [
    { expected: "a", given: "b", count: 2, ids: ["v2", "v3"] },
    { expected: "c", given: "a", count: 1, ids: ["v5"] },
  ]);
});

test("span fields have micro rates over exact boundaries", () => {
  const contract: Contract = {
    input,
    output: { order: { type: "span" }, parts: { type: "spans", labels: ["name", "date"] } },
  };
  const order = (start: number, end: number) => ({ start, end, text: "" });
  const part = (start: number, end: number, label: string): LabelledSpan => ({ start, end, text: "", label });
  const rows = [
    {
      id: "1",
      expected: { order: order(0, 5), parts: [part(0, 3, "name"), part(4, 6, "date")] },
      output: { order: order(0, 5), parts: [part(0, 3, "name")] },
    },
    { id: "2", expected: { order: null, parts: [] }, output: { order: order(1, 2), parts: [part(7, 9, "name")] } },
    { id: "3", expected: { order: null, parts: [] }, output: { order: null, parts: [] } },
    {
      id: "4",
      expected: { order: order(2, 4), parts: [part(1, 2, "date")] },
      output: { order: null, parts: [part(1, 2, "name")] },
    },
  ];
  const fields = measureFields(contract, rows);
  const [one, many] = [fields["order"], fields["parts"]];
  assert.ok(one?.type === "span" && many?.type === "spans");
  assert.deepEqual([one.accuracy, one.precision, one.recall, one.f1, one.support], [0.5, 1 / 2, 1 / 2, 0.5, 2]);
  assert.deepEqual([many.accuracy, many.precision, many.recall, many.f1, many.support], [0.25, 1 / 3, 1 / 3, 1 / 3, 3]);
  assert.deepEqual(many.labels, [
    { label: "date", precision: 0, recall: 0, f1: 0, support: 2 },
    { label: "name", precision: 1 / 3, recall: 1, f1: 1 / 2, support: 1 },
  ]);
});

test("nothing expected and nothing given is perfect; no rows measure as zero", () => {
  assert.deepEqual(ratesOf({ hits: 0, given: 0, expected: 0 }), { precision: 1, recall: 1, f1: 1, support: 0 });
  assert.deepEqual(ratesOf({ hits: 0, given: 0, expected: 3 }), { precision: 0, recall: 0, f1: 0, support: 3 });
  const contract: Contract = { input, output: { yes: { type: "boolean" } } };
  assert.deepEqual(measureFields(contract, [])["yes"], {
    type: "boolean",
    n: 0,
    accuracy: 0,
    macroF1: 0,
    labels: [],
    confusions: [],
  });
});

test("the calibration error is the gap of confidence and score, weighed by bin", () => {
  const rows = [
    { confidence: 0.95, score: 1 },
    { confidence: 0.95, score: 0 }, // bin 14: |0.95 - 0.5| over 2 rows
    { confidence: 1, score: 1 }, // bin 14 as well
    { confidence: 0.1, score: 0 }, // bin 1: 0.1
  ];
  const { ece, n, bins } = calibrationOf(rows);
  assert.equal(n, 4);
  assert.equal(bins.length, 2);
  const last = (0.95 + 0.95 + 1) / 3 - 2 / 3;
  assert.ok(Math.abs(ece - (3 * last + 0.1) / 4) < 1e-12);
  assert.equal(calibrationOf([]).ece, 0);
});
