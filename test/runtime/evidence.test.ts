// This file checks the examples given beside an answer: which they are, when they are read, and when there are none.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { KolmError } from "@kolm/format";
import { createRuntime, createStudent, LAYER, packVectors, unitOf } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { openBase, randomWeights, readerOf, smallLayers, STUDENT, utf8 } from "./small-artifact.ts";

const EXAMPLES = [
  "where is my parcel",
  "I want my money back",
  "the parcel has not arrived yet",
  "can I pay by card",
  "please refund me",
];
let layers: Map<string, Uint8Array>;
let vectors: Float32Array[];

before(async () => {
  layers = await smallLayers();
  const { model, tokenizer } = await openBase();
  const student = await createStudent({
    file: STUDENT,
    encoder: model,
    tokenizer: JSON.parse(new TextDecoder().decode(tokenizer)),
    weights: randomWeights(STUDENT, model),
    createSession,
  });
  vectors = [];
  for (const text of EXAMPLES) vectors.push(unitOf((await student.answer(text)).pooled ?? []));
  await student.close();
  const rows = EXAMPLES.map((_, at) => ({ id: `e${at}`, output: at === 3 ? null : { pool: "other" } }));
  layers.set(LAYER.evidence, utf8({ version: 1, ship: "ids", dims: vectors[0]?.length ?? 0, rows }));
  layers.set(LAYER.evidenceVectors, packVectors(vectors, "int8"));
});

test("the nearest examples in the student's own space come with an answer that asks for them, nearest first", async () => {
  const runtime = await createRuntime(readerOf(layers), { createSession });
  const { because } = await runtime.answer(EXAMPLES[1] ?? "", { because: 5 });
  assert.ok(because);
  const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, one, at) => sum + one * (b[at] ?? 0), 0);
  const exact = vectors.map((one, at) => ({ id: `e${at}`, value: cosine(one, vectors[1] ?? one) }));
  const sorted = exact.toSorted((a, b) => b.value - a.value);
  assert.deepEqual(
    because.map(({ id }) => id),
    sorted.map(({ id }) => id),
  );
  for (const [at, { similarity }] of because.entries())
    assert.ok(Math.abs(similarity - (sorted[at]?.value ?? 0)) < 0.01, `${similarity} is the cosine but for eight bits`);
  assert.equal(because.find(({ id }) => id === "e3")?.output, null);
  assert.ok(because.every((example) => !("text" in example)));
  await runtime.close();
});

test("evidence is not read until it is asked for, and then once", async () => {
  const reader = readerOf(layers);
  const runtime = await createRuntime(reader, { createSession });
  const plain = await runtime.answer("where is it");
  assert.ok(!("because" in plain) && !reader.asked.includes(LAYER.evidence));
  const asked = await runtime.answer("where is it", { because: 2 });
  await runtime.answer("and this", { because: 2 });
  assert.equal(asked.because?.length, 2);
  assert.equal(reader.asked.filter((path) => path === LAYER.evidence).length, 1);
  const { because: _, ...rest } = asked;
  assert.deepEqual(rest, plain);
  await runtime.close();
});

test("an artifact without evidence, and an answer the student had no part in, give none", async () => {
  const without = new Map([...layers].filter(([path]) => path !== LAYER.evidence));
  const runtime = await createRuntime(readerOf(without), { createSession });
  assert.equal((await runtime.answer("where is it", { because: 3 })).because, undefined);
  await runtime.close();
  const recipes = await createRuntime(readerOf(layers), { createSession }, { use: ["recipes"] });
  assert.equal((await recipes.answer("order #12345 right now", { because: 3 })).because, undefined);
});

test("a file that says ids and holds texts, and vectors of another number, are refused", async () => {
  const wrong = async (changes: readonly (readonly [string, Uint8Array])[]): Promise<void> => {
    const runtime = await createRuntime(readerOf(new Map([...layers, ...changes])), { createSession });
    await assert.rejects(
      runtime.answer("where is it", { because: 1 }),
      (error) => error instanceof KolmError && error.code.endsWith("MALFORMED"),
    );
    await runtime.close();
  };
  const rows = EXAMPLES.map((text, at) => ({ id: `e${at}`, output: null, text }));
  await wrong([[LAYER.evidence, utf8({ version: 1, ship: "ids", dims: 512, rows })]]);
  await wrong([[LAYER.evidenceVectors, packVectors(vectors.slice(1), "int8")]]);
});
