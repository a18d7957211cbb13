// This file checks training: what a step does, that it learns, that its bytes repeat.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { initialWeights, mergeStudent, studentParameters, writeSafetensors } from "@kolm/onnx";
import type { Weights } from "@kolm/onnx";
import { ENCODER, SPEC } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { runGraph } from "../support/session.ts";
import { toyBatch } from "../support/toy.ts";
import { BASE, openTrainer } from "../support/trainer.ts";

test("the first step moves every parameter, and every adapter's A moves by the second", async () => {
  const trainer = await openTrainer();
  const before = trainer.weights();
  const batch = toyBatch(numbers("batch"));
  await trainer.step(batch, 1);
  const moved = (weights: Weights): string[] =>
    [...weights]
      .filter(([name, { data }]) => data.some((value, index) => value !== before.get(name)?.data[index]))
      .map(([name]) => name);
  // B starts at zero, so A has no gradient in the first step; only its decay moves it.
  assert.deepEqual(moved(trainer.weights()), [...before.keys()]);
  const undecayed = await openTrainer(SPEC, { optimiser: { weightDecay: 0 } });
  await undecayed.step(batch, 1);
  assert.deepEqual(
    moved(undecayed.weights()),
    [...before.keys()].filter((name) => !name.endsWith("lora_A")),
  );
  await undecayed.step(batch, 1);
  assert.deepEqual(moved(undecayed.weights()), [...before.keys()]);
  await trainer.close();
  await undecayed.close();
});

test("a small student learns a toy task", async () => {
  const trainer = await openTrainer();
  const random = numbers("toy");
  const first = await trainer.step(toyBatch(random, 16), 0.5);
  for (let step = 0; step < 300; step++) await trainer.step(toyBatch(random, 16), 2);
  const check = toyBatch(random, 64);
  const { intent, span } = await trainer.logits(check);
  const last = await trainer.step(check, 0);
  assert.ok(last.loss < first.loss / 4, `loss from ${first.loss} to ${last.loss}`);
  assert.ok(accuracy(intent, check.targets["intent"], 4) > 0.95);
  assert.ok(accuracy(span, check.targets["span"], 3) > 0.9);
  await trainer.close();
});

function accuracy(logits: Float32Array | undefined, targets: Float32Array | undefined, classes: number): number {
  assert.ok(logits !== undefined && targets?.length === logits.length);
  const best = (values: Float32Array, row: number): number => {
    const slice = values.subarray(row * classes, row * classes + classes);
    return slice.indexOf(Math.max(...slice));
  };
  const rows = logits.length / classes;
  let right = 0;
  for (let row = 0; row < rows; row++) right += Number(best(logits, row) === best(targets, row));
  return right / rows;
}

test("twelve steps give the same bytes again and with two threads", async () => {
  const run = async (threads: number): Promise<Uint8Array> => {
    const trainer = await openTrainer(SPEC, { threads });
    const random = numbers("repeat");
    for (let step = 0; step < 12; step++)
      await trainer.step(toyBatch(random, 8 + (step % 3), 4 + (step % 4)), 1 - step / 12);
    const bytes = writeSafetensors(trainer.weights());
    await trainer.close();
    return bytes;
  };
  const bytes = await run(1);
  assert.deepEqual(await run(1), bytes);
  assert.deepEqual(await run(2), bytes);
});

test("the merged student answers as the trainer does", async () => {
  const trainer = await openTrainer();
  const random = numbers("merged");
  for (let step = 0; step < 10; step++) await trainer.step(toyBatch(random), 5);
  const batch = toyBatch(random);
  const expected = await trainer.logits(batch);
  const merged = mergeStudent(BASE, SPEC, trainer.weights());
  assert.deepEqual(
    merged.inputs.map(({ name }) => name),
    ["ids", "mask"],
  );
  assert.deepEqual(
    merged.outputs.map(({ name, dims }) => [name, dims]),
    [
      ["logits/intent", ["batch", 4]],
      ["logits/span", ["batch", "tokens", 3]],
      ["pooled", ["batch", 16]],
    ],
  );
  const dims = [batch.rows, batch.tokens];
  const answered = await runGraph(merged, {
    ids: { type: "int64", dims, data: batch.ids },
    mask: { type: "int64", dims, data: batch.mask },
  });
  for (const { name } of SPEC.heads) {
    const actual = answered[`logits/${name}`]?.data;
    const gap = Math.max(
      ...[...(expected[name] ?? [])].map((value, index) => Math.abs(value - Number(actual?.[index]))),
    );
    assert.ok(gap <= 1e-4, `${name}: gap ${gap}`);
  }
  await trainer.close();
});

test("rows of weight zero change nothing, and a batch without any weight has loss zero", async () => {
  const batch = toyBatch(numbers("ignored"));
  const weights = { intent: new Float32Array(8).fill(1).fill(0, 4), span: new Float32Array(48) };
  const other = {
    intent: Float32Array.from(batch.targets["intent"] ?? []).reverse(),
    span: new Float32Array(144).fill(1 / 3),
  };
  const mixed = {
    intent: Float32Array.from([...(batch.targets["intent"] ?? []).slice(0, 16), ...other.intent.slice(16)]),
    span: other.span,
  };
  const [a, b] = [await openTrainer(), await openTrainer()];
  assert.deepEqual(await a.step({ ...batch, weights }, 1), await b.step({ ...batch, targets: mixed, weights }, 1));
  assert.deepEqual(a.weights(), b.weights());
  const nothing = await a.step({ ...batch, weights: { intent: new Float32Array(8), span: new Float32Array(48) } }, 0);
  assert.deepEqual([nothing.loss, nothing.gradientNorm], [0, 0].map(Math.abs));
  await a.close();
  await b.close();
});

test("weights are copies, and loading them takes training back", async () => {
  const trainer = await openTrainer();
  const batch = toyBatch(numbers("load"));
  const start = trainer.weights();
  const first = await trainer.step(batch, 1);
  const later = trainer.weights();
  trainer.load(start);
  assert.deepEqual(trainer.weights(), start);
  assert.deepEqual(await trainer.step(batch, 1), first);
  assert.deepEqual(trainer.weights(), later);
  await trainer.close();
});

test("weights of another shape, a missing name, a wrong encoder or a diverged step are errors that say so", async () => {
  const initial = initialWeights(studentParameters(BASE, SPEC), numbers("initial"));
  const wrong = new Map(initial).set("intent.bias", { dims: [5], data: new Float32Array(5) });
  await assert.rejects(openTrainer(SPEC, { initial: wrong }), /"intent.bias" is \[5\], expected \[4\]/);
  const short = new Map(initial);
  short.delete("pool.weight.lora_A");
  short.delete("layer.0.up.weight.lora_A");
  await assert.rejects(openTrainer(SPEC, { initial: short }), /no weights for "layer.0.up.weight.lora_A"/);
  assert.throws(() => studentParameters(BASE, { ...SPEC, encoder: { ...ENCODER, pooled: "cls" } }), /no output "cls"/);
  const trainer = await openTrainer();
  const batch = toyBatch(numbers("diverged"));
  const broken = { ...batch, targets: { ...batch.targets, intent: new Float32Array(32).fill(NaN) } };
  await assert.rejects(
    trainer.step(broken, 1),
    (error) => error instanceof KolmError && error.code === "TRAINING_DIVERGED",
  );
  await trainer.close();
});
