// This file checks that summing over tokens before the last products leaves the student the same function.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeModel, gradientName, inferShapes, mergeStudent, studentParameters, trainingGraph } from "@kolm/onnx";
import type { Graph, StudentSpec, Values } from "@kolm/onnx";
import { SPEC } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { createSession, runGraph } from "../support/session.ts";
import { toyBatch } from "../support/toy.ts";
import { BASE, openTrainer } from "../support/trainer.ts";

const POOLED: StudentSpec = { ...SPEC, heads: SPEC.heads.filter(({ on }) => on === "pooled") };

/** Tokens a row takes part in the products with a weight: 1 where the sum comes first. */
function rankOfProducts(graph: Graph, weight: string): number[] {
  const shapes = inferShapes(graph);
  return graph.nodes
    .filter(({ op, inputs }) => op === "MatMul" && inputs[1] === weight)
    .map(({ outputs }) => shapes.dims(outputs[0] ?? "").length);
}

test("with text heads alone the last products before the pooling see one row a text, with token heads each token", () => {
  const last = "layer.1.down.weight";
  const graph = trainingGraph(BASE, POOLED);
  assert.deepEqual(rankOfProducts(graph, last), [2]);
  assert.deepEqual(rankOfProducts(graph, "layer.1.up.weight"), [3]);
  assert.deepEqual(rankOfProducts(graph, "layer.0.down.weight"), [3]);
  assert.deepEqual(rankOfProducts(trainingGraph(BASE, SPEC), last), [3]);
});

test("gradients are those of a student whose token head counts for nothing", async () => {
  const random = numbers("pooling");
  const batch = toyBatch(random);
  const dims = [batch.rows, batch.tokens];
  const weights: Values = Object.fromEntries(
    studentParameters(BASE, SPEC).map(({ name, dims: shape }) => {
      const data = Float32Array.from({ length: shape.reduce((size, dim) => size * dim, 1) }, () => random() - 0.5);
      return [name, { type: "float32", dims: shape, data }];
    }),
  );
  const { intent = new Float32Array(), span = new Float32Array() } = batch.targets;
  const feeds: Values = {
    ...weights,
    ids: { type: "int64", dims, data: batch.ids },
    mask: { type: "int64", dims, data: batch.mask },
    "target/intent": { type: "float32", dims: [batch.rows, 4], data: intent },
    "weight/intent": { type: "float32", dims: [batch.rows], data: new Float32Array(batch.rows).fill(1) },
    "target/span": { type: "float32", dims: [...dims, 3], data: span },
    "weight/span": { type: "float32", dims, data: new Float32Array(batch.rows * batch.tokens) },
  };
  const early = await gradients(POOLED, feeds);
  const late = await gradients(SPEC, feeds);
  for (const { name } of studentParameters(BASE, POOLED)) {
    const [a, b] = [early[gradientName(name)]?.data, late[gradientName(name)]?.data];
    assert.ok(a instanceof Float32Array && b instanceof Float32Array && a.length === b.length && a.length > 0);
    const largest = Math.max(...b.map(Math.abs));
    const gap = Math.max(...a.map((value, place) => Math.abs(value - (b[place] ?? NaN))));
    assert.ok(largest > 0 && gap <= 1e-5 * largest, `${name}: ${gap} of ${largest}`);
  }
});

async function gradients(spec: StudentSpec, feeds: Values): Promise<Values> {
  const session = await createSession(encodeModel(trainingGraph(BASE, spec)));
  const values = await session.run(
    Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.includes(name))),
  );
  await session.close();
  return values;
}

test("a padded batch's logits are those of the student that ships", async () => {
  const trainer = await openTrainer(POOLED);
  const random = numbers("shipped");
  for (let step = 0; step < 5; step++) await trainer.step(toyBatch(random), 5);
  const batch = toyBatch(random);
  const { intent } = await trainer.logits(batch);
  const dims = [batch.rows, batch.tokens];
  const shipped = await runGraph(mergeStudent(BASE, POOLED, trainer.weights()), {
    ids: { type: "int64", dims, data: batch.ids },
    mask: { type: "int64", dims, data: batch.mask },
  });
  const expected = shipped["logits/intent"]?.data;
  assert.equal(intent?.length, batch.rows * 4);
  intent?.forEach((value, place) => assert.ok(Math.abs(value - Number(expected?.[place])) <= 1e-4));
  await trainer.close();
});
