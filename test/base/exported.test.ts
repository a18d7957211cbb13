// This file trains on exporter-made encoders the way the distill stage does: base stage, student graph, trainer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTrainer, initialWeights, studentParameters } from "@kolm/onnx";
import type { Weights } from "@kolm/onnx";
import { exportedBase, SPEC } from "../onnx/modules/models.ts";
import { randomBatch } from "../onnx/modules/student.ts";
import { skip } from "../support/exported.ts";
import { numbers } from "../support/numbers.ts";
import { createSession } from "../support/session.ts";
import { OPTIMISER } from "../support/trainer.ts";

const MODULES = ["q", "k", "v", "o", "up", "down"].flatMap((name) => [`L.0.${name}.weight`, `L.1.${name}.weight`]);

for (const name of ["bert_tiny_opset13", "bert_tiny_opset16"] as const) {
  test(`${name} trains end to end: every target module moves, the loss falls`, { skip }, async () => {
    const base = await exportedBase(name);
    const parameters = studentParameters(base, SPEC);
    const targets = parameters.filter(({ group }) => group === "lora_B").map(({ name: parameter }) => parameter);
    assert.deepEqual(targets.toSorted(), MODULES.map((module) => `${module}.lora_B`).toSorted());
    const initial = initialWeights(parameters, numbers("initial"));
    const optimiser = { ...OPTIMISER, weightDecay: 0 };
    const trainer = await createTrainer(base, SPEC, { createSession, initial, threads: 1, optimiser });
    const moved = (weights: Weights): string[] =>
      [...weights].flatMap(([parameter, { data }]) =>
        data.some((value, index) => value !== initial.get(parameter)?.data[index]) ? [parameter] : [],
      );
    const batch = randomBatch(SPEC, { rows: 4, tokens: 6 });
    const first = await trainer.step(batch, 1);
    // B starts at zero, so A gets its first gradient in the second step.
    const names = parameters.map(({ name: parameter }) => parameter);
    assert.deepEqual(
      moved(trainer.weights()),
      names.filter((parameter) => !parameter.endsWith("lora_A")),
    );
    await trainer.step(batch, 1);
    assert.deepEqual(moved(trainer.weights()), names);
    for (let step = 0; step < 60; step++) await trainer.step(batch, 1);
    const last = await trainer.step(batch, 0);
    assert.ok(last.loss < first.loss - 0.2, `loss from ${first.loss} to ${last.loss}`);
    await trainer.close();
  });
}
