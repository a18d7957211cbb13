// This file tests how confidences are made honest: temperature, threshold, calibration error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sureness } from "@kolm/runtime";
import { createRng } from "@kolm/stage";
import { calibrationError } from "../../plugins/distill/src/calibrate/reliability.ts";
import { fitSureness } from "../../plugins/distill/src/calibrate/sureness.ts";
import { fitTemperature } from "../../plugins/distill/src/calibrate/temperature.ts";
import { chooseThreshold, cutsOf, wilsonLower } from "../../plugins/distill/src/calibrate/threshold.ts";

test("the temperature undoes a known overconfidence", () => {
  const rng = createRng("temperature");
  const judged = Array.from({ length: 4000 }, () => {
    const honest = 2 * rng.normal();
    const right = rng.uniform() < 1 / (1 + Math.exp(-honest)) ? 1 : 0;
    return { logits: Float32Array.of(0, 3 * honest), right, weight: 1 };
  });
  const temperature = fitTemperature(judged);
  assert.ok(Math.abs(temperature - 3) < 0.25, String(temperature));
});

test("rows of weight 0 and no rows at all leave the temperature to the others", () => {
  assert.equal(fitTemperature([]), 1);
  const sure = { logits: Float32Array.of(0, 2), right: 1, weight: 1 };
  const unsure = { logits: Float32Array.of(0, 2), right: 0, weight: 0 };
  assert.equal(fitTemperature([sure, unsure]), fitTemperature([sure]));
});

test("the scale undoes a confidence that is that of one part of many", () => {
  const rng = createRng("sureness");
  const graded = Array.from({ length: 3000 }, () => {
    const part = 0.5 + 0.5 * rng.uniform();
    return { confidence: part, score: rng.uniform() < part * part * part ? 1 : 0 };
  });
  const scale = fitSureness(graded);
  const scaled = graded.map(({ confidence, score }) => ({ confidence: sureness(confidence, scale), score }));
  assert.ok(calibrationError(graded) > 0.1);
  assert.ok(calibrationError(scaled) < 0.04, String(calibrationError(scaled)));
  assert.ok(sureness(0.9, scale) > sureness(0.8, scale));
});

test("the scale stays rising and finite where rows are few, all right, or wrong way round", () => {
  assert.deepEqual(fitSureness([{ confidence: 0.9, score: 0 }]), { slope: 1, offset: 0 });
  const all = Array.from({ length: 40 }, (_, row) => ({ confidence: 0.5 + row / 100, score: 1 }));
  const backwards = all.map(({ confidence }, row) => ({ confidence, score: row < 20 ? 1 : 0 }));
  for (const rows of [all, backwards]) {
    const { slope, offset } = fitSureness(rows);
    assert.ok(slope > 0 && slope <= 20 && Number.isFinite(offset), `${slope} ${offset}`);
  }
});

test("Wilson's bound agrees with published values", () => {
  // 95 % two-sided for 8 of 10: 0.4901 … 0.9433 (Brown, Cai, DasGupta 2001).
  assert.ok(Math.abs(wilsonLower(8, 10, 0.975) - 0.4901) < 1e-3);
  assert.equal(wilsonLower(0, 0, 0.9), 0);
});

const graded = (count: number, confidence: number, right: boolean) =>
  Array.from({ length: count }, (_, index) => ({ confidence: confidence - index * 1e-6, score: Number(right) }));

test("the threshold keeps as many answers as an assured precision allows", () => {
  const answers = [...graded(200, 0.9, true), ...graded(50, 0.5, false)];
  const chosen = chooseThreshold(answers, { precision: 0.9, assurance: 0.8 });
  assert.equal(chosen.status, "assured");
  assert.ok(chosen.answered >= 200 && chosen.answered < 250);
  assert.ok(chosen.lower >= 0.9 && chosen.threshold < 0.9 && chosen.threshold > 0.4);
});

test("with too few rows for assurance the precision seen decides, and that is said", () => {
  const chosen = chooseThreshold([...graded(12, 0.9, true), ...graded(12, 0.3, false)], {
    precision: 0.9,
    assurance: 0.99,
  });
  assert.equal(chosen.status, "reached");
  assert.equal(chosen.answered, 13);
});

test("a goal out of reach gives the best bound there is and says missed", () => {
  const answers = [...graded(30, 0.9, true), ...graded(30, 0.95, false)];
  assert.equal(chooseThreshold(answers, { precision: 0.9, assurance: 0.8 }).status, "missed");
  assert.equal(chooseThreshold([], { precision: 0.9, assurance: 0.8 }).status, "missed");
});

test("equal confidences are never cut apart, and the last cut answers everything", () => {
  const cuts = cutsOf(
    [
      { confidence: 0.5, score: 1 },
      { confidence: 0.5, score: 0 },
      { confidence: 0.2, score: 1 },
    ],
    0.8,
  );
  assert.deepEqual(
    cuts.map(({ answered, threshold }) => [answered, threshold]),
    [
      [2, 0.35],
      [3, 0],
    ],
  );
});

test("calibration error is the mean distance of confidence from accuracy", () => {
  assert.ok(Math.abs(calibrationError([...graded(50, 0.8, true), ...graded(50, 0.8, false)]) - 0.3) < 1e-3);
  assert.equal(calibrationError([]), 0);
});
