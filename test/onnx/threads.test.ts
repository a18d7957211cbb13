// This file checks that training gives the same bytes with any number of threads at sizes where ONNX Runtime cuts products up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTrainer, initialWeights, studentParameters, writeSafetensors } from "@kolm/onnx";
import type { Batch, StudentSpec } from "@kolm/onnx";
import { ENCODER, randomEncoder } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { createSession } from "../support/session.ts";
import { OPTIMISER } from "../support/trainer.ts";

const CLASSES = 77;
const BASE = randomEncoder({ vocabulary: 40, width: 256, inner: 512, layers: 1 });

function batchOf(random: () => number, rows: number, tokens: number): Batch {
  const target = new Float32Array(rows * CLASSES);
  for (let row = 0; row < rows; row++) target[row * CLASSES + Math.floor(random() * CLASSES)] = 1;
  return {
    rows,
    tokens,
    ids: BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(random() * 40))),
    mask: new BigInt64Array(rows * tokens).fill(1n),
    targets: { intent: target },
    weights: { intent: new Float32Array(rows).fill(1) },
  };
}

async function trained(spec: StudentSpec, shapes: readonly (readonly [number, number])[], threads: number) {
  const random = numbers("threads");
  const initial = initialWeights(studentParameters(BASE, spec), random);
  const trainer = await createTrainer(BASE, spec, { createSession, initial, threads, optimiser: OPTIMISER });
  for (const [rows, tokens] of shapes) await trainer.step(batchOf(random, rows, tokens), 1);
  const { intent } = await trainer.logits(batchOf(random, 3, 4));
  const bytes = writeSafetensors(
    new Map(trainer.weights()).set("logits", { dims: [3, CLASSES], data: intent ?? new Float32Array() }),
  );
  await trainer.close();
  return bytes;
}

const SHAPES = {
  "batches of many rows": [
    [32, 6],
    [32, 6],
    [17, 3],
  ],
  "batches of a single short row": [
    [32, 6],
    [1, 5],
    [2, 1],
    [1, 1],
  ],
} as const;

for (const [what, shapes] of Object.entries(SHAPES)) {
  for (const rank of [8, 64]) {
    test(`${what} at rank ${rank} give the same bytes with 1, 2 and 4 threads`, async () => {
      const heads = [{ name: "intent", on: "pooled", classes: CLASSES } as const];
      const spec: StudentSpec = { encoder: ENCODER, lora: { rank, alpha: 2 * rank, targets: ["*.weight"] }, heads };
      const bytes = await trained(spec, shapes, 1);
      for (const threads of [2, 4])
        assert.ok(Buffer.from(bytes).equals(await trained(spec, shapes, threads)), `${threads}`);
    });
  }
}
