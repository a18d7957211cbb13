// This file shows that people's labels pass through the teach stage with no network and no baseline.
import assert from "node:assert/strict";
import { it } from "node:test";
import { baseline, teach } from "@kolm/teach";
import { fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";

it("labels: answers are the examples' own outputs, in order, of human origin", async () => {
  const examples = [row("a"), { input: "b", output: null }, row("c", "bad")];
  const { context, written } = await fakeContext({ options: { provider: "labels" }, examples, evals: [row("e")] });
  await teach.run(context);
  assert.equal(baseline.applies?.({}), false);
  const answers = rowsOf(written, "answers.jsonl");
  assert.deepEqual(
    answers.map(({ input, output, origin }) => ({ input, output, origin })),
    examples.map((one) => ({ ...one, origin: "human" })),
  );
  assert.deepEqual([...written.keys()].sort(), [...teach.writes].sort());
  const ledger = jsonOf(written, "ledger.json");
  assert.deepEqual(
    [ledger["provider"], ledger["calls"], ledger["cost"], ledger["latencyMs"]],
    ["labels", 0, "0", null],
  );
});

it("labels: declared latency and cost of a frontier stand in the baseline", async () => {
  const options = { provider: "labels", declared: { p95LatencyMs: 900, costPer1000: 0.4 } };
  const { context, written, measure } = await fakeContext({ options, examples: [row("a")] });
  await teach.run(context);
  assert.equal(baseline.applies?.(options), true);
  await measure();
  assert.deepEqual(jsonOf(written, "baseline/baseline.json"), {
    baseline: "none",
    declared: { p95LatencyMs: 900, costPer1000: "0.4" },
  });
});
