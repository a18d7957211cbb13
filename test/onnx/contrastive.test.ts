// This file checks the training of an encoder on queries and passages: its loss, its gradient, that it learns, that its bytes repeat.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contrastiveGraph,
  contrastiveParameters,
  createContrastiveTrainer,
  encodeModel,
  gradientName,
  initialWeights,
  mergeStudent,
  writeSafetensors,
} from "@kolm/onnx";
import type { ContrastiveSpec, Graph, Inputs, PairBatch, Value, Values, Weights } from "@kolm/onnx";
import { ENCODER, randomEncoder } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { createSession, runGraph } from "../support/session.ts";
import { OPTIMISER } from "../support/trainer.ts";

const BASE = randomEncoder();
const SPEC: ContrastiveSpec = {
  encoder: ENCODER,
  lora: { rank: 4, alpha: 8, targets: ["*.weight"] },
  temperature: 0.1,
};
const TOPICS = 5;

function inputsOf(lists: readonly (readonly number[])[]): Inputs {
  const tokens = Math.max(...lists.map(({ length }) => length));
  const padded = (fill: (list: readonly number[]) => readonly number[]): BigInt64Array =>
    BigInt64Array.from(lists.flatMap((list) => [...fill(list), ...Array(tokens - list.length).fill(0)]).map(BigInt));
  return { rows: lists.length, tokens, ids: padded((list) => list), mask: padded((list) => list.map(() => 1)) };
}

/** Queries use the first four words of a topic, passages its other four: nothing but training can tell that they belong together. */
function topicBatch(random: () => number, rows: number): PairBatch {
  const topics = Array.from({ length: rows }, () => Math.floor(random() * TOPICS));
  const text = (topic: number, from: number): number[] =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, () => topic * 8 + from + Math.floor(random() * 4));
  return {
    queries: inputsOf(topics.map((topic) => text(topic, 0))),
    passages: inputsOf(topics.map((topic) => text(topic, 4))),
    right: Float32Array.from(topics.flatMap((query) => topics.map((passage) => Number(query === passage)))),
  };
}

/** Adapters that change something, B included. */
function someWeights(base: Graph, spec: ContrastiveSpec): Weights {
  const random = numbers("weights");
  return new Map(
    [...initialWeights(contrastiveParameters(base, spec), random)].map(([name, { dims, data }]) => [
      name,
      { dims, data: data.map(() => (random() - 0.5) * 0.4) },
    ]),
  );
}

const tensor = (dims: readonly number[], data: Float32Array): Value => ({ type: "float32", dims, data });

function floats(value: Value | undefined): Float32Array {
  assert.ok(value?.type === "float32");
  return value.data;
}

type Run = (weights: Weights, batch: PairBatch) => Promise<Values>;

/** Opens the training graph once, for the values it gives with any weights. */
async function withGraph(use: (run: Run) => Promise<void>): Promise<void> {
  const session = await createSession(encodeModel(contrastiveGraph(BASE, SPEC)));
  const feed = ({ rows, tokens, ids, mask }: Inputs, prefix: string): Values => ({
    [`${prefix}ids`]: { type: "int64", dims: [rows, tokens], data: ids },
    [`${prefix}mask`]: { type: "int64", dims: [rows, tokens], data: mask },
  });
  try {
    await use((weights, { queries, passages, right }) =>
      session.run({
        ...Object.fromEntries([...weights].map(([name, { dims, data }]) => [name, tensor(dims, data)])),
        ...feed(queries, ""),
        ...feed(passages, "passage/"),
        right: tensor([queries.rows, passages.rows], right),
      }),
    );
  } finally {
    await session.close();
  }
}

test("the loss is the mean negative logarithm of the share that the right passages have of the softmax", async () => {
  const weights = someWeights(BASE, SPEC);
  const batch = topicBatch(numbers("loss"), 7);
  const merged = mergeStudent(BASE, { ...SPEC, heads: [] }, weights);
  const vectorsOf = async ({ rows, tokens, ids, mask }: Inputs): Promise<Float32Array[]> => {
    const { pooled } = await runGraph(merged, {
      ids: { type: "int64", dims: [rows, tokens], data: ids },
      mask: { type: "int64", dims: [rows, tokens], data: mask },
    });
    const all = floats(pooled);
    return Array.from({ length: rows }, (_, row) =>
      all.slice((row * all.length) / rows, ((row + 1) * all.length) / rows),
    );
  };
  const [queries, passages] = [await vectorsOf(batch.queries), await vectorsOf(batch.passages)];
  const losses = queries.map((query, row) => {
    const shares = passages.map((passage) =>
      Math.exp(query.reduce((sum, value, at) => sum + value * (passage[at] ?? 0), 0) / SPEC.temperature),
    );
    const right = shares.filter((_, at) => batch.right[row * passages.length + at] === 1);
    return -Math.log(right.reduce((sum, share) => sum + share) / shares.reduce((sum, share) => sum + share));
  });
  const expected = losses.reduce((sum, loss) => sum + loss) / losses.length;
  await withGraph(async (run) => {
    const [loss = NaN] = floats((await run(weights, batch))["loss"]);
    assert.ok(Math.abs(loss - expected) < 1e-4, `${loss}, expected ${expected}`);
  });
});

test("each adapter's gradient is the slope of the loss along it", async () => {
  const weights = someWeights(BASE, SPEC);
  const batch = topicBatch(numbers("gradient"), 6);
  await withGraph(async (run) => {
    const values = await run(weights, batch);
    assert.equal(weights.size, 18);
    for (const [name, { dims, data }] of weights) {
      const gradient = floats(values[gradientName(name)]);
      const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
      const lossAfter = async (step: number): Promise<number> => {
        const moved = data.map((value, at) => value + (step * (gradient[at] ?? 0)) / norm);
        return floats((await run(new Map(weights).set(name, { dims, data: moved }), batch))["loss"])[0] ?? NaN;
      };
      const step = 2e-3;
      const slope = ((await lossAfter(step)) - (await lossAfter(-step))) / (2 * step);
      assert.ok(Math.abs(slope - norm) < 0.02 * norm + 2e-4, `${name}: slope ${slope}, gradient ${norm}`);
    }
  });
});

test("queries learn to find passages they share no word with", async () => {
  const random = numbers("topics");
  const initial = initialWeights(contrastiveParameters(BASE, SPEC), numbers("initial"));
  const optimiser = { ...OPTIMISER, learningRate: 1e-2 };
  const trainer = await createContrastiveTrainer(BASE, SPEC, { createSession, initial, threads: 1, optimiser });
  const check = topicBatch(random, 40);
  const { loss: before } = await trainer.step(check, 0);
  for (let step = 0; step < 150; step++) await trainer.step(topicBatch(random, 12), 1);
  const { loss: after } = await trainer.step(check, 0);
  await trainer.close();
  assert.ok(after < before / 4, `loss from ${before} to ${after}`);
});

test("training gives the same bytes with 1, 2 and 4 threads, for many texts as for one", async () => {
  const base = randomEncoder({ vocabulary: 40, width: 256, inner: 512, layers: 1 });
  const trained = async (threads: number): Promise<Uint8Array> => {
    const random = numbers("threads");
    const initial = someWeights(base, SPEC);
    const options = { createSession, initial, threads, optimiser: OPTIMISER };
    const trainer = await createContrastiveTrainer(base, SPEC, options);
    for (const rows of [33, 16, 3, 1]) await trainer.step(topicBatch(random, rows), 1);
    const bytes = writeSafetensors(trainer.weights());
    await trainer.close();
    return bytes;
  };
  const one = await trained(1);
  for (const threads of [2, 4]) assert.deepEqual(await trained(threads), one);
});
