// This file checks K itself: the harmonic mean, its axes, the latency model and both kinds of interval.
import assert from "node:assert/strict";
import test from "node:test";
import type { Contract } from "@kolm/format";
import { createRng, DEVICE_PROFILES } from "@kolm/stage";
import { AXES, type AxisValues, axesOf, harmonicMean, type Measured, passesOf, recomputeScore } from "@kolm/verify";
import fc from "fast-check";
import { amount, share } from "../../plugins/verify/src/score/decimal.ts";
import { bootstrap, percentile, wilson } from "../../plugins/verify/src/score/interval.ts";
import { modelledSeconds, p95 } from "../../plugins/verify/src/score/latency.ts";

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const axes: fc.Arbitrary<AxisValues> = fc.record({
  accuracy: unit,
  coverage: unit,
  latency: unit,
  cost: unit,
  size: unit,
});

test("K is the harmonic mean of the five axes", () => {
  const property = fc.property(axes, (values) => {
    const inverses = AXES.map((axis) => 1 / values[axis]);
    const reference = inverses.some((inverse) => !Number.isFinite(inverse))
      ? 0
      : 5 / inverses.reduce((sum, one) => sum + one, 0);
    assert.ok(Math.abs(harmonicMean(values) - reference) < 1e-12);
  });
  fc.assert(property);
  assert.equal(harmonicMean({ accuracy: 1, coverage: 1, latency: 1, cost: 1, size: 1 }), 1);
  assert.equal(harmonicMean({ accuracy: 0.5, coverage: 1, latency: 1, cost: 1, size: 1 }), 5 / 6);
  // The example of the design page: 0.32 accuracy would pass 0.70 were there no accuracy floor.
  assert.ok(harmonicMean({ accuracy: 0.32, coverage: 1, latency: 1, cost: 1, size: 1 }) > 0.7);
});

test("K lies in [0, 1], no axis can pull it up alone, and a zero axis makes it 0", () => {
  const property = fc.property(axes, fc.constantFrom(...AXES), unit, (values, axis, higher) => {
    const k = harmonicMean(values);
    assert.ok(k >= 0 && k <= 1);
    const raised = { ...values, [axis]: Math.max(values[axis], higher) };
    assert.ok(harmonicMean(raised) >= k - 1e-15);
    assert.equal(harmonicMean({ ...values, [axis]: 0 }), 0);
  });
  fc.assert(property);
});

const measured: Measured = { accuracy: 0.9, coverage: 0.8, latencySeconds: 0.01, usdPer1000: 0.002, bytes: 50 };

test("each axis is set against its baseline and capped at 1", () => {
  const baselines = { accuracy: 0.95, coverage: 1, latencySeconds: 0.8, usdPer1000: 0.001, storageBytes: 40 };
  assert.deepEqual(axesOf(measured, baselines), {
    accuracy: 0.9 / 0.95,
    coverage: 0.8,
    latency: 1,
    cost: 0.5,
    size: 0.8,
  });
});

test("with no frontier accuracy and coverage divide by 1, latency and cost count 1", () => {
  const none = { accuracy: null, coverage: null, latencySeconds: null, usdPer1000: null, storageBytes: 100 };
  assert.deepEqual(axesOf(measured, none), { accuracy: 0.9, coverage: 0.8, latency: 1, cost: 1, size: 1 });
});

test("what costs nothing beats any baseline, and nothing right ties no baseline", () => {
  const zero = { accuracy: 0, coverage: 0, latencySeconds: 0, usdPer1000: 0, storageBytes: 100 };
  assert.deepEqual(axesOf({ accuracy: 0.1, coverage: 0.1, latencySeconds: 0, usdPer1000: 0, bytes: 0 }, zero), {
    accuracy: 1,
    coverage: 1,
    latency: 1,
    cost: 1,
    size: 1,
  });
  assert.equal(axesOf({ ...measured, accuracy: 0 }, zero).accuracy, 0);
  assert.equal(axesOf(measured, zero).cost, 0);
});

test("the latency model adds work over throughput to the overhead, and moves weights once an encoder pass", () => {
  const { phone } = DEVICE_PROFILES;
  const seconds = modelledSeconds({ macs: 2e8, passes: 1, recipeSteps: 4000, probes: 1000 }, 32_000_000, phone);
  assert.ok(Math.abs(seconds - (0.02 + 0.004 + 0.0002 + 0.0002 + 0.002)) < 1e-12);
  assert.ok(
    Math.abs(modelledSeconds({ macs: 0, passes: 0, recipeSteps: 4000, probes: 0 }, 32_000_000, phone) - 0.0022) < 1e-12,
  );
});

test("p95 is the nearest rank, whatever the order", () => {
  const seconds = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.equal(p95(seconds), 95);
  assert.equal(p95([3]), 3);
  assert.equal(p95([]), 0);
  assert.equal(percentile([1, 2, 3, 4], 0.5), 2);
});

test("Wilson's interval matches published values", () => {
  const near = (rate: number, n: number, expected: readonly [number, number]): void => {
    const { lower, upper } = wilson(rate, n);
    assert.ok(
      Math.abs(lower - expected[0]) < 5e-5 && Math.abs(upper - expected[1]) < 5e-5,
      `${rate} of ${n}: ${lower} ${upper}`,
    );
  };
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
  near(81 / 263, 263, [0.2553, 0.3662]);
  near(15 / 148, 148, [0.0624, 0.1605]);
  near(0, 20, [0, 0.1611]);
  near(1 / 29, 29, [0.0061, 0.1718]);
  assert.deepEqual(wilson(0.5, 0), { lower: 0, upper: 1 });
  assert.equal(wilson(1, 20).upper, 1);
});

test("the Wilson interval holds the rate and narrows with more rows", () => {
  const property = fc.property(unit, fc.integer({ min: 1, max: 10_000 }), (rate, n) => {
    const { lower, upper } = wilson(rate, n);
    assert.ok(lower >= 0 && upper <= 1 && lower <= rate + 1e-12 && upper >= rate - 1e-12);
    const more = wilson(rate, n * 2);
    assert.ok(more.upper - more.lower <= upper - lower + 1e-12);
  });
  fc.assert(property);
});

test("the bootstrap is the same for the same seed, and centres on the figure", () => {
  const values = Array.from({ length: 100 }, (_, index) => (index < 80 ? 1 : 0));
  const mean = (rows: Uint32Array): number => rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
  const draw = (seed: string) => bootstrap(values.length, mean, { rng: createRng(seed), resamples: 2000 });
  assert.deepEqual(draw("a"), draw("a"));
  const { lower, upper } = draw("a");
  // The binomial's own 95 % range at n = 100, rate 0.8 is 0.72 … 0.88.
  assert.ok(Math.abs(lower - 0.72) <= 0.011 && Math.abs(upper - 0.87) <= 0.011, `${lower} ${upper}`);
});

test("fractions are printed as plain decimals", () => {
  assert.equal(share(2 / 3), "0.6667");
  assert.equal(amount(1e10), "10000000000");
  assert.equal(amount(0.002), "0.002");
  assert.equal(amount(1.5e-7), "0.00000015");
  assert.equal(amount(0), "0");
});

test("an encoder pass is counted for the student and for looking up passages", () => {
  const decided = (path: "recipe" | "student") => ({ value: true, confidence: 1, path });
  assert.equal(passesOf({ fields: { a: decided("recipe") } }), 0);
  assert.equal(passesOf({ fields: { a: decided("recipe"), b: decided("student") } }), 1);
  assert.equal(passesOf({ fields: { a: decided("recipe") }, recall: [] }), 1);
  assert.equal(passesOf({ fields: { a: decided("student") }, recall: [] }), 2);
});

test("three thousand evals are scored in seconds", () => {
  const device = { name: "phone", profile: DEVICE_PROFILES.phone, lifetimeRequests: 1000 };
  const contract: Contract = { input: { type: "text", maxLength: 10 }, output: { yes: { type: "boolean" } } };
  const evals = Array.from({ length: 3000 }, () => ({ output: { yes: true } }));
  const answers = evals.map((_, index) => ({
    output: { yes: index % 10 > 0 },
    abstained: false,
    work: { macs: index * 1000, passes: 1, recipeSteps: 0, probes: 0 },
  }));
  const teacher = { accuracy: null, coverage: null, latencySeconds: null, usdPer1000: null };
  const score = recomputeScore({
    contract,
    evals,
    answers,
    device,
    weightBytes: 1,
    layerBytes: 1,
    spendUsd: 0,
    teacher,
  });
  assert.equal(score.axes.accuracy.raw, "0.9000");
  assert.ok(Number(score.k.upper) - Number(score.k.lower) < 0.02);
});
