// This file checks a training step of one head against the textbook in float64.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OptimiserOptions, StudentSpec } from "@kolm/onnx";
import { ENCODER } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { runGraph } from "../support/session.ts";
import { toyBatch } from "../support/toy.ts";
import { BASE, OPTIMISER, openTrainer } from "../support/trainer.ts";

test("a step of a head alone is AdamW on the softmax cross-entropy's gradient", async () => {
  const spec: StudentSpec = {
    encoder: ENCODER,
    lora: null,
    heads: [{ name: "intent", on: "pooled", classes: 4, weight: 2 }],
  };
  const optimiser = { ...OPTIMISER, clipNorm: 0.05 };
  const trainer = await openTrainer(spec, { optimiser });
  const batch = toyBatch(numbers("head"));
  const soft = Float32Array.from(
    { length: 32 },
    (_, index) => [0.1, 0.2, 0.3, 0.4][(index + Math.floor(index / 4)) % 4] ?? 0,
  );
  const weights = Float32Array.of(1, 0, 2, 1, 0.5, 1, 0, 1);
  const dims = [batch.rows, batch.tokens];
  const pooled = (
    await runGraph(BASE, {
      ids: { type: "int64", dims, data: batch.ids },
      mask: { type: "int64", dims, data: batch.mask },
    })
  )["pooled"];
  assert.ok(pooled?.type === "float32");
  const start = trainer.weights();
  const [w, b] = ["intent.weight", "intent.bias"].map((name) => Float64Array.from(start.get(name)?.data ?? []));
  assert.ok(w !== undefined && b !== undefined);
  const oracle = referenceAdamW([w, b], optimiser);
  for (let step = 0; step < 3; step++) {
    const { loss, gradients } = referenceLoss(pooled.data, { w, b, soft, weights });
    const report = await trainer.step({ ...batch, targets: { intent: soft }, weights: { intent: weights } }, 0.5);
    const norm = oracle(gradients, 0.5);
    assert.ok(Math.abs(report.loss - 2 * loss) < 1e-5, `${report.loss} against ${2 * loss}`);
    assert.ok(Math.abs(report.gradientNorm - norm) < 1e-5, `${report.gradientNorm} against ${norm}`);
  }
  const end = trainer.weights();
  for (const [name, expected] of [
    ["intent.weight", w],
    ["intent.bias", b],
  ] as const) {
    end
      .get(name)
      ?.data.forEach((value, index) =>
        assert.ok(Math.abs(value - (expected[index] ?? NaN)) < 2e-5, `${name} ${index}`),
      );
  }
  await trainer.close();
});

type Head = {
  readonly w: Float64Array;
  readonly b: Float64Array;
  readonly soft: Float32Array;
  readonly weights: Float32Array;
};

/** Weighted mean cross-entropy of a linear head and twice its gradient (the head's weight is 2), in float64. */
function referenceLoss(
  x: Float32Array,
  { w, b, soft, weights }: Head,
): { loss: number; gradients: readonly Float64Array[] } {
  const classes = b.length;
  const width = w.length / classes;
  const mass = weights.reduce((sum, value) => sum + value, 0);
  const gradients = [new Float64Array(w.length), new Float64Array(classes)] as const;
  let loss = 0;
  weights.forEach((weight, row) => {
    const logits = Array.from(
      b,
      (bias, c) =>
        bias +
        Array.from({ length: width }, (_, i) => (x[row * width + i] ?? 0) * (w[i * classes + c] ?? 0)).reduce(
          (p, q) => p + q,
          0,
        ),
    );
    const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
    logits.forEach((logit, c) => {
      const target = soft[row * classes + c] ?? 0;
      loss -= (weight / mass) * target * (logit - total);
      const error = (2 * weight * (Math.exp(logit - total) - target)) / mass;
      gradients[1][c] = (gradients[1][c] ?? 0) + error;
      for (let i = 0; i < width; i++)
        gradients[0][i * classes + c] = (gradients[0][i * classes + c] ?? 0) + error * (x[row * width + i] ?? 0);
    });
  });
  return { loss, gradients };
}

/** AdamW as in the paper, with powers written out. */
function referenceAdamW(
  parameters: readonly Float64Array[],
  options: OptimiserOptions,
): (gradients: readonly Float64Array[], schedule: number) => number {
  const moments = parameters.map(({ length }) => ({ m: new Float64Array(length), v: new Float64Array(length) }));
  let t = 0;
  return (gradients, schedule) => {
    t++;
    const norm = Math.hypot(...gradients.flatMap((gradient) => [...gradient]));
    const rate = schedule * options.headLearningRate;
    parameters.forEach((values, index) => {
      const { m, v } = moments[index] ?? { m: values, v: values };
      values.forEach((value, at) => {
        const gradient = (gradients[index]?.[at] ?? 0) * Math.min(1, options.clipNorm / norm);
        m[at] = options.beta1 * (m[at] ?? 0) + (1 - options.beta1) * gradient;
        v[at] = options.beta2 * (v[at] ?? 0) + (1 - options.beta2) * gradient * gradient;
        const step =
          (m[at] ?? 0) /
          (1 - options.beta1 ** t) /
          (Math.sqrt((v[at] ?? 0) / (1 - options.beta2 ** t)) + options.epsilon);
        values[at] = value - rate * (step + (index === 0 ? options.weightDecay * value : 0));
      });
    });
    return norm;
  };
}
