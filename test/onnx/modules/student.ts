// This file sets a student of an encoder up for a comparison of its gradients.
import assert from "node:assert/strict";
import { initialWeights, studentGraph, studentParameters, trainingGraph } from "@kolm/onnx";
import type { Batch, Graph, StudentSpec, Value, Values } from "@kolm/onnx";
import { numbers } from "../../support/numbers.ts";
import type { Check } from "./modules.ts";

/** Every adapter number random, so that no gradient vanishes: B starts at zero in training. */
export function randomParameters(parameters: ReturnType<typeof studentParameters>, scale = 0.3): Record<string, Value> {
  const random = numbers("parameters");
  const initial = initialWeights(parameters, random);
  return Object.fromEntries(
    parameters.map(({ name, dims, group }): [string, Value] => {
      const start = initial.get(name)?.data ?? new Float32Array();
      const data = group === "lora_B" ? start.map(() => (2 * random() - 1) * scale) : start;
      return [name, { type: "float32", dims, data }];
    }),
  );
}

/** The student of an encoder with one head on texts and one on tokens, in a batch of some rows with padding. */
export function studentCheck(base: Graph, spec: StudentSpec, batch: Batch): Check {
  const parameters = studentParameters(base, spec);
  const dims = [batch.rows, batch.tokens];
  const feeds: Record<string, Value> = randomParameters(parameters);
  feeds[spec.encoder.ids] = { type: "int64", dims, data: batch.ids };
  feeds[spec.encoder.mask] = { type: "int64", dims, data: batch.mask };
  for (const { name, on, classes } of spec.heads) {
    const places = on === "pooled" ? [batch.rows] : dims;
    const [target, weight] = [batch.targets[name], batch.weights[name]];
    assert.ok(target && weight);
    feeds[`target/${name}`] = { type: "float32", dims: [...places, classes], data: target };
    feeds[`weight/${name}`] = { type: "float32", dims: places, data: weight };
  }
  return {
    gradients: trainingGraph(base, spec),
    forward: studentGraph(base, spec, null),
    feeds,
    parameters: parameters.map(({ name }) => name),
    loss: (outputs) =>
      spec.heads.reduce((sum, { name, weight = 1 }) => {
        const [logits, target, weights] = [`logits/${name}`, `target/${name}`, `weight/${name}`].map((key) =>
          floats(outputs, key),
        );
        return sum + weight * crossEntropy(logits ?? [], target ?? [], weights ?? []);
      }, 0),
  };
}

export function floats(values: Values, name: string): number[] {
  const value = values[name];
  assert.ok(value?.type === "float32", name);
  return [...value.data];
}

/** Weighted mean of −Σ t·log softmax in double precision; logits and targets are [rows, classes]. */
export function crossEntropy(
  logits: readonly number[],
  targets: readonly number[],
  weights: readonly number[],
): number {
  const classes = logits.length / weights.length;
  let [sum, mass] = [0, 0];
  for (const [row, weight] of weights.entries()) {
    const scores = logits.slice(row * classes, (row + 1) * classes);
    const top = Math.max(...scores);
    const norm = top + Math.log(scores.reduce((total, score) => total + Math.exp(score - top), 0));
    scores.forEach((score, place) => (sum -= weight * (targets[row * classes + place] ?? 0) * (score - norm)));
    mass += weight;
  }
  return sum / mass;
}

/** Random texts of some ids, the last one padded, with random soft targets. */
export function randomBatch(spec: StudentSpec, { rows = 2, tokens = 4, vocabulary = 96 } = {}): Batch {
  const random = numbers("batch");
  const ids = BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(random() * vocabulary)));
  const mask = new BigInt64Array(rows * tokens).fill(1n).fill(0n, rows * tokens - 1);
  const places = (on: string): number => (on === "pooled" ? rows : rows * tokens);
  const targets = spec.heads.map(
    ({ name, on, classes }) => [name, distributions(places(on), classes, random)] as const,
  );
  const weights = spec.heads.map(
    ({ name, on }) =>
      [
        name,
        Float32Array.from({ length: places(on) }, (_, place) => (on === "tokens" ? Number(mask[place]) : 1)),
      ] as const,
  );
  return { rows, tokens, ids, mask, targets: Object.fromEntries(targets), weights: Object.fromEntries(weights) };
}

function distributions(count: number, classes: number, random: () => number): Float32Array {
  const rows = Array.from({ length: count }, () => {
    const shares = Array.from({ length: classes }, () => random() ** 3);
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  });
  return Float32Array.from(rows.flat());
}
