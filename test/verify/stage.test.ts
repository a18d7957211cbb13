// This file checks the whole stage on a small task held in memory: figures, verdict, report, leaks, determinism.
import assert from "node:assert/strict";
import test from "node:test";
import { KolmError, parseCanonical } from "@kolm/format";
import { DEVICE_PROFILES } from "@kolm/stage";
import { recomputeScore, verify } from "@kolm/verify";
import { fakePorts } from "./fake-context.ts";
import { contract, EVALS, given, MEASURED, quit, row, verified } from "./small-task.ts";

test("the figures are those worked by hand", async () => {
  const { score } = await verified();
  assert.deepEqual(score.evals, { n: 10, inScope: 8, answered: 8, answeredInScope: 7, right: 7 });
  // 6 right of 8 answered (five and ten are wrong); 7 of 8 in scope answered.
  assert.equal(score.axes.accuracy.raw, "0.7500");
  assert.equal(score.axes.coverage.raw, "0.8750");
  assert.equal(score.axes.latency.value, "1.0000");
  assert.equal(score.axes.latency.weightBytes, 3000);
  assert.equal(score.axes.latency.p95Seconds, (0.02 + 3000 / 8e9 + 0.002).toFixed(9).replace(/0+$/, ""));
  const k = 5 / (1 / 0.75 + 1 / 0.875 + 3);
  assert.equal(score.k.value, k.toFixed(4));
  assert.ok(Number(score.k.lower) < k && k < Number(score.k.upper));
  assert.deepEqual(score.fields["intent"], { type: "enum", n: 7, accuracy: "0.8571", macroF1: "0.8444" });
  assert.equal(score.claim, "K against labels; no frontier was measured");
  assert.deepEqual(
    [score.axes.latency.baseline, score.axes.cost.baseline, score.axes.accuracy.baseline],
    ["none", "none", "1"],
  );
});

test("score.json is canonical JSON without fractions, and the same bytes on every run", async () => {
  const [first, second] = [await verified(), await verified()];
  const parsed = parseCanonical(first.bytes.score);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.reason);
  assert.deepEqual(first.bytes, second.bytes);
});

test("K in score.json recomputes from the evals, the answers and what the score itself records", async () => {
  const { score, report } = await verified({ baseline: MEASURED, ledger: { cost: "1.25" } });
  const number = (text: string): number | null => (text === "none" ? null : Number(text));
  const { axes, device } = score;
  const again = recomputeScore({
    contract,
    evals: EVALS,
    answers: report.rows.map(({ output, abstained, work }) => ({ output, abstained, work })),
    device: { name: device.name, lifetimeRequests: device.lifetimeRequests, profile: DEVICE_PROFILES.phone },
    weightBytes: axes.latency.weightBytes,
    layerBytes: axes.size.bytes,
    spendUsd: Number(axes.cost.spendUsd),
    teacher: {
      accuracy: number(axes.accuracy.baseline),
      coverage: number(axes.coverage.baseline),
      latencySeconds: number(axes.latency.baseline),
      usdPer1000: number(axes.cost.baseline),
    },
  });
  assert.deepEqual(again, { k: score.k, axes: score.axes, evals: score.evals });
});

test("a measured teacher sets the baselines by the artifact's own rules", async () => {
  const { score } = await verified({ baseline: MEASURED, ledger: { cost: "0.75" } });
  // Valid on 9 of 10; abstains on two; of the 7 answered one is wrong.
  assert.equal(score.axes.accuracy.baseline, "0.857143");
  assert.equal(score.axes.accuracy.value, (0.75 / 0.857143).toFixed(4));
  assert.equal(score.axes.coverage.baseline, "0.9");
  assert.equal(score.axes.latency.value, (0.011 / (0.022 + 3000 / 8e9)).toFixed(4));
  assert.deepEqual(score.axes.cost, { value: "0.5000", usdPer1000: "0.001", spendUsd: "1", baseline: "0.0005" });
  assert.equal(score.claim, "K against gpt-5 (openai) on the same 10 evals");
  assert.deepEqual(score.teacher, { baseline: "measured", provider: "openai", model: "gpt-5" });
});

test("declared latency and cost stand in where none was measured", async () => {
  const { score } = await verified({
    baseline: { baseline: "none", declared: { p95LatencyMs: 800, costPer1000: "2" } },
  });
  assert.deepEqual([score.axes.latency.baseline, score.axes.cost.baseline], ["0.8", "2"]);
});

test("the size axis counts every draft layer and nothing that verify or seal wrote earlier", async () => {
  const { score, report } = await verified();
  const paths = report.layers.map(({ path }) => path);
  assert.ok(paths.includes("layers/verifier/evals.jsonl") && paths.includes("layers/model/encoder.onnx"));
  assert.ok(!paths.includes("layers/verifier/score.json") && !paths.includes("layers/docs/card.md"));
  assert.equal(
    score.axes.size.bytes,
    report.layers.reduce((sum, { bytes }) => sum + bytes, 0),
  );
});

test("a failing gate is written with its reasons, not thrown", async () => {
  const { score, said } = await verified({ options: { k: 0.95, accuracy: 0.8, coverage: 0.9 } });
  assert.equal(score.gate.passed, false);
  assert.deepEqual(score.gate.reasons, [
    `K ${score.k.value} is ${(0.95 - Number(score.k.value)).toFixed(4)} under the floor 0.9500`,
    "accuracy 0.7500 is 0.0500 under the floor 0.8000",
    "coverage 0.8750 is 0.0250 under the floor 0.9000",
    '1 of 2 golden cases are wrong: g2 "buy a day"',
  ]);
  assert.deepEqual(score.gate.golden, { n: 2, right: 1 });
  assert.match(said.at(-1) ?? "", /gate failed: K/);
});

test("floors that are reached exactly pass, and on: lower judges the lower ends", async () => {
  const golden = [row("g1", "quit at once", quit)];
  const point = await verified({ golden, options: { k: 0, accuracy: 0.75, coverage: 0.875 } });
  assert.equal(point.score.gate.passed, true);
  const lower = await verified({ golden, options: { k: 0, accuracy: 0.75, on: "lower" } });
  assert.equal(lower.score.gate.passed, false);
  assert.match(
    lower.score.gate.reasons[0] ?? "",
    /^accuracy 0\.4093 \(lower end of 95 %\) is 0\.3407 under the floor 0\.7500$/,
  );
});

test("the report lists wrong evals worst first, withheld answers and the axes that fall short", async () => {
  const { report } = await verified();
  assert.deepEqual(
    report.wrong.map(({ id }) => id),
    ["five", "ten"],
  );
  assert.deepEqual(report.wrong[0]?.wrongFields, ["intent"]);
  assert.deepEqual(
    report.abstained.map(({ id, wouldBe }) => [id, wouldBe]),
    [["eight", 1]],
  );
  assert.deepEqual(
    report.wrongGolden.map(({ id }) => id),
    ["g2"],
  );
  assert.deepEqual(
    report.shortfalls.map(({ axis }) => axis),
    ["accuracy", "coverage"],
  );
  assert.equal(report.rows.length, 10);
  assert.ok(
    report.advice.some((advice) => advice.startsWith("1 of 2 evals that should be abstained on were answered")),
  );
});

test("an artifact that answers nothing scores K 0", async () => {
  const { score } = await verified(
    {},
    fakePorts(() => given(null, 0)),
  );
  assert.equal(score.k.value, "0.0000");
  assert.equal(score.gate.passed, false);
});

test("an eval that stands in the corpus stops the stage by name", async () => {
  const corpus = { "corpus/a.md": "Hello.\n\nQUIT six qqq!\n" };
  await assert.rejects(verified({ corpus }), (error) => {
    assert.ok(error instanceof KolmError);
    assert.equal(error.code, "LEAKAGE");
    assert.match(error.message, /eval six "quit six qqq" stands in corpus\/a\.md paragraph 2/);
    return true;
  });
});

test("the stage declares each layer source once, and none that comes after it", () => {
  assert.equal(new Set(verify.reads).size, verify.reads.length);
  assert.ok(verify.reads.includes("recall/text.vectors.bin") && verify.reads.includes("base/base.json"));
  assert.ok(!verify.reads.some((path) => path.startsWith("verify/") || path.startsWith("seal/")));
});
