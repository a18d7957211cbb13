// This file checks that each cause of a low score brings its advice, and no other cause does.
import assert from "node:assert/strict";
import test from "node:test";
import type { Contract } from "@kolm/format";
import { adviseOn, type Findings } from "../../plugins/verify/src/gate/advice.ts";
import { measureFields } from "../../plugins/verify/src/metrics/fields.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 1000 },
  output: { intent: { type: "enum", values: ["refund", "exchange"] }, order: { type: "span" } },
};
const rate = {
  value: "0.9500",
  lower: "0.9000",
  upper: "0.9800",
  raw: "0.9500",
  rawLower: "0.9000",
  rawUpper: "0.9800",
  baseline: "1",
};
const evals = Array.from({ length: 20 }, (_, index) => ({
  output: { intent: index < 10 ? "refund" : "exchange", order: null },
}));
const CALM: Findings = {
  contract,
  examples: Array.from({ length: 100 }, (_, index) => ({
    output: { intent: index % 10 === 0 ? "refund" : "exchange", order: null },
  })),
  evals,
  fields: measureFields(contract, []),
  k: { value: "0.9500", lower: "0.9000", upper: "0.9800", resamples: 2000 },
  axes: {
    accuracy: rate,
    coverage: rate,
    latency: { value: "1.0000", p95Seconds: "0.01", weightBytes: 1, baseline: "none" },
    cost: { value: "1.0000", usdPer1000: "0", spendUsd: "0", baseline: "none" },
    size: { value: "1.0000", bytes: 10, baseline: 100 },
  },
  counts: { n: 25, inScope: 20, answered: 20, answeredInScope: 20, right: 20 },
  abstained: [],
  layers: [
    { path: "layers/model/encoder.onnx", bytes: 9 },
    { path: "layers/recall/vectors.bin", bytes: 1 },
  ],
  lifetimeRequests: 1000,
};
const only = (changes: Partial<Findings>): string => {
  const advice = adviseOn({ ...CALM, ...changes });
  assert.equal(advice.length, 1, advice.join("\n"));
  return advice[0] ?? "";
};

test("a score without faults brings no advice", () => assert.deepEqual(adviseOn(CALM), []));

test("labels that are confused and have few examples call for examples", () => {
  const rows = [1, 2].map((id) => ({
    id: `${id}`,
    expected: { intent: "refund", order: null },
    output: { intent: "exchange", order: null },
  }));
  assert.match(
    only({ fields: measureFields(contract, rows) }),
    /^intent: 2 evals that are refund were answered exchange; refund has 10 examples/,
  );
  const back = rows.map(({ id, expected, output }) => ({ id, expected: output, output: expected }));
  assert.match(
    only({ fields: measureFields(contract, back) }),
    /with 90 and 10 examples: check that people label the two the same way/,
  );
});

test("answers to what is out of scope call for examples with output null", () => {
  assert.match(
    only({ counts: { ...CALM.counts, answered: 22 } }),
    /^2 of 5 evals that should be abstained on were answered; 0 examples have output null/,
  );
});

test("withheld answers that are mostly right say that abstention is too strict", () => {
  const abstained = Array.from({ length: 4 }, (_, index) => ({
    expected: { intent: index < 2 ? "refund" : "exchange", order: null },
    wouldBe: 1,
  }));
  assert.match(
    only({ abstained }),
    /^Abstention looks too strict: 4 of the 4 withheld answers \(of 20 in scope\) would have been right/,
  );
});

test("a label that is often left without an answer calls for examples of it", () => {
  const abstained = Array.from({ length: 4 }, () => ({ expected: { intent: "refund", order: null }, wouldBe: 0 }));
  assert.match(only({ abstained }), /^intent: 4 of 10 evals of refund got no answer; refund has 10 examples/);
});

test("missed spans, a slow, costly or large artifact and few evals are each named with their figures", () => {
  const order = { start: 0, end: 2, text: "ab" };
  const missed = [{ id: "1", expected: { intent: "refund", order }, output: { intent: "refund", order: null } }];
  assert.match(only({ fields: measureFields(contract, missed) }), /^order: boundary F1 is 0\.00; it misses text/);
  const { axes } = CALM;
  assert.match(
    only({ axes: { ...axes, latency: { ...axes.latency, value: "0.5000", baseline: "0.005" } } }),
    /p95 is 0\.01 s .* frontier's 0\.005 s/,
  );
  assert.match(
    only({ axes: { ...axes, cost: { ...axes.cost, value: "0.5000", spendUsd: "4" } } }),
    /^Cost: 4 USD of teacher calls over 1000 answers/,
  );
  assert.match(
    only({ axes: { ...axes, size: { ...axes.size, value: "0.5000" } } }),
    /the largest is layers\/model\/encoder\.onnx with 9/,
  );
  assert.match(only({ k: { ...CALM.k, lower: "0.7000" } }), /^K lies between 0\.7000 and 0\.9800 on 25 evals/);
});
