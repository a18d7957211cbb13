// This file checks the training of a decoder's adapters on the next token.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import {
  createDecoderTrainer,
  decoderGraph,
  decoderParameters,
  decoderTrainingGraph,
  feedTexts,
  importModel,
  initialWeights,
  writeSafetensors,
} from "@kolm/onnx";
import type { DecoderSpec, DecoderTrainer, Graph, TextBatch, Value, Weights } from "@kolm/onnx";
import { exportedModel, skip } from "../support/exported.ts";
import { numbers } from "../support/numbers.ts";
import { createSession, runGraph } from "../support/session.ts";
import { OPTIMISER } from "../support/trainer.ts";
import { nextTokenLoss, randomTexts } from "./modules/decoder.ts";
import { DECODER } from "./modules/models.ts";
import { floats } from "./modules/student.ts";

const base = (): Graph => importModel(exportedModel("llama_tiny_opset16"));

function openTrainer(graph: Graph, spec: DecoderSpec = DECODER): Promise<DecoderTrainer> {
  const initial = initialWeights(decoderParameters(graph, spec), numbers("initial"));
  const optimiser = { ...OPTIMISER, weightDecay: 0, learningRate: 1e-2 };
  return createDecoderTrainer(graph, spec, { createSession, initial, threads: 1, optimiser });
}

const values = (weights: Weights): Record<string, Value> =>
  Object.fromEntries(
    [...weights].map(([name, { dims, data }]): [string, Value] => [name, { type: "float32", dims, data }]),
  );

test("every linear layer but the head gets an adapter, and every adapter moves", { skip }, async () => {
  const graph = base();
  const names = decoderParameters(graph, DECODER).map(({ name }) => name);
  assert.equal(names.length, 2 * 2 * 7);
  assert.ok(names.every((name) => /^layers\.[01]\.(q|k|v|o|gate|up|down)_proj\.weight\.lora_[AB]$/.test(name)));
  const trainer = await openTrainer(graph);
  const before = trainer.weights();
  const moved = (): string[] =>
    names.filter((name) => {
      const start = before.get(name)?.data;
      return trainer
        .weights()
        .get(name)
        ?.data.some((value, index) => value !== start?.[index]);
    });
  await trainer.step(randomTexts(), 1);
  assert.deepEqual(
    moved(),
    names.filter((name) => name.endsWith("lora_B")),
  );
  await trainer.step(randomTexts(), 1);
  assert.deepEqual(moved(), names);
  await trainer.close();
});

test("the loss is that of all logits, whatever the number of chunks", { skip }, async () => {
  const graph = base();
  const batch = randomTexts({ rows: 3, tokens: 7 });
  const trainer = await openTrainer(graph);
  for (let step = 0; step < 3; step++) await trainer.step(batch, 1);
  const weights = trainer.weights();
  await trainer.close();
  const dims = [batch.rows, batch.tokens];
  const ids: Value = { type: "int64", dims, data: batch.ids };
  const answered = await runGraph(decoderGraph(graph, DECODER), { input_ids: ids, ...values(weights) });
  const expected = nextTokenLoss(floats(answered, "logits"), batch);
  for (const chunks of [1, 2, 5, 40]) {
    const spec = { ...DECODER, chunks };
    const outputs = await runGraph(decoderTrainingGraph(graph, spec), {
      ...values(weights),
      ...feedTexts(batch, spec),
    });
    const [loss = NaN] = floats(outputs, "loss");
    assert.ok(Math.abs(loss - expected) < 1e-5 * expected, `${chunks} chunks: ${loss}, expected ${expected}`);
  }
});

test("a few steps teach a text, and the same steps give the same bytes", { skip }, async () => {
  const run = async (): Promise<{ first: number; last: number; bytes: Uint8Array }> => {
    const trainer = await openTrainer(base());
    const batch = randomTexts();
    const { loss: first } = await trainer.step(batch, 1);
    for (let step = 0; step < 40; step++) await trainer.step(batch, 1);
    const { loss: last } = await trainer.step(batch, 0);
    const bytes = writeSafetensors(trainer.weights());
    await trainer.close();
    return { first, last, bytes };
  };
  const [one, two] = [await run(), await run()];
  assert.ok(one.last < one.first / 4, `loss from ${one.first} to ${one.last}`);
  assert.deepEqual(two.bytes, one.bytes);
});

test("prompts, padding and first tokens do not count", { skip }, () => {
  const batch: TextBatch = {
    rows: 2,
    tokens: 3,
    ids: BigInt64Array.from([1n, 2n, 3n, 4n, 5n, 0n]),
    weights: Float32Array.from([1, 0, 0.5, 1, 0.25, 0]),
  };
  const fed = feedTexts(batch, { ...DECODER, chunks: 3 });
  const list = (name: string): number[] => [...(fed[name]?.data ?? [])].map(Number);
  assert.deepEqual(list("loss/rows"), [1, 3, 0]);
  assert.deepEqual(list("loss/next"), [3, 5, 1]);
  assert.deepEqual(list("loss/weight"), [0.5, 0.25, 0]);
});

test("another input or a head that is no plain product is refused by name", { skip }, () => {
  const graph = base();
  const code = (expected: string, words: RegExp) => (error: unknown) =>
    error instanceof KolmError && error.code === expected && words.test(error.message);
  const inputs = [...graph.inputs, { name: "past", type: "float32" as const, dims: ["B"] }];
  assert.throws(() => decoderParameters({ ...graph, inputs }, DECODER), code("DECODER_INPUTS", /input_ids, past/));
  const nodes = graph.nodes.map((node) => (node.outputs[0] === "logits" ? { ...node, op: "Add" } : node));
  assert.throws(() => decoderParameters({ ...graph, nodes }, DECODER), code("DECODER_HEAD", /Add node/));
});
