// This file checks the student on the real base: adapter merged in, heads read, abstention by scope.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { decodeModel, type Weights } from "@kolm/onnx";
import { countMacs, createStudent, decide, padBatch, createTokenizer, StudentFile, type Student } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { openBase, randomWeights, STUDENT } from "./small-artifact.ts";

async function openStudent(
  file: StudentFile,
  change: (weights: Weights) => Weights = (weights) => weights,
): Promise<Student> {
  const { model, tokenizer } = await openBase();
  return createStudent({
    file,
    encoder: model,
    tokenizer: JSON.parse(new TextDecoder().decode(tokenizer)),
    weights: change(randomWeights(file, model)),
    createSession,
  });
}

const TEXT = "Where is my order #10482? Ask Mary in Leeds.";

test("every field of the contract is answered with a value of its kind and a confidence", async () => {
  const student = await openStudent(STUDENT);
  const { fields, scope, truncated } = await student.answer(TEXT);
  assert.ok(["refund", "delivery", "other"].includes(String(fields.get("pool")?.value)));
  assert.equal(typeof fields.get("urgent")?.value, "boolean");
  for (const { confidence } of fields.values()) assert.ok(confidence >= 0 && confidence <= 1);
  assert.ok(scope !== null && scope > 0 && scope < 1);
  assert.equal(truncated, false);
  for (const span of [fields.get("order")?.value, fields.get("people")?.value].flat()) {
    if (typeof span !== "object" || span === null) continue;
    assert.equal(TEXT.slice(span.start, span.end), span.text);
  }
  assert.equal((await student.answer("word ".repeat(300))).truncated, true);
  await student.close();
});

test("without an adapter a head is its weights times the base's text vector", async () => {
  const file: StudentFile = { ...STUDENT, lora: null, heads: STUDENT.heads.slice(0, 1) };
  const { model, tokenizer } = await openBase();
  const weights = randomWeights(file, model);
  const student = await openStudent(file, () => weights);
  const session = await createSession(model);
  const { ids, mask } = padBatch([
    createTokenizer(JSON.parse(new TextDecoder().decode(tokenizer)), file).encode(TEXT).ids,
  ]);
  const vector = (await session.run({ ids, mask }))["pooled"]?.data as Float32Array;
  const [weight, bias] = [weights.get("pool.weight")?.data ?? [], weights.get("pool.bias")?.data ?? []];
  const logits = Float32Array.from({ length: 3 }, (_, column) =>
    vector.reduce((sum, value, row) => sum + value * (weight[row * 3 + column] ?? NaN), bias[column] ?? NaN),
  );
  const [head] = file.heads;
  assert.ok(head);
  const expected = decide(head, logits, { input: TEXT, encoding: { offsets: [] } });
  const found = (await student.answer(TEXT)).fields.get("pool");
  assert.equal(found?.value, expected.value);
  assert.ok(Math.abs((found?.confidence ?? 0) - expected.confidence) < 1e-5);
  await session.close();
  await student.close();
});

test("an adapter whose B is zero answers as the base, another does not", async () => {
  const asked = async (student: Student): Promise<number | undefined> =>
    (await student.answer(TEXT)).fields.get("pool")?.confidence;
  const zero = (weights: Weights): Weights =>
    new Map(
      [...weights].map(([name, { dims, data }]) => [
        name,
        { dims, data: name.endsWith("lora_B") ? data.map(() => 0) : data },
      ]),
    );
  const zeroed = zero(randomWeights(STUDENT, (await openBase()).model));
  const [adapted, still] = [await openStudent(STUDENT), await openStudent(STUDENT, () => zeroed)];
  const bare = await openStudent({ ...STUDENT, lora: null }, () => zeroed);
  assert.equal(await asked(still), await asked(bare));
  assert.notEqual(await asked(adapted), await asked(still));
  await bare.close();
  await adapted.close();
  await still.close();
});

test("work is counted at the input's own length", async () => {
  const student = await openStudent(STUDENT);
  const [short, long] = [await student.answer("refund"), await student.answer(TEXT)];
  const base = countMacs(decodeModel((await openBase()).model), 1);
  assert.ok(short.macs > base && long.macs > 5 * short.macs);
  await student.close();
});

test("scope is the probability of the class called in, wherever it stands", async () => {
  const swapped: StudentFile = {
    ...STUDENT,
    heads: STUDENT.heads.map((head) => (head.kind === "scope" ? { ...head, labels: ["out", "in"] } : head)),
  };
  const [one, other] = [await openStudent(STUDENT), await openStudent(swapped)];
  const [a, b] = [(await one.answer(TEXT)).scope, (await other.answer(TEXT)).scope];
  assert.ok(Math.abs((a ?? NaN) + (b ?? NaN) - 1) < 1e-9);
  await one.close();
  await other.close();
});

test("weights of another base or label set are refused by name", async () => {
  const fewer = (weights: Weights): Weights => new Map([...weights].filter(([name]) => name !== "urgent.weight"));
  await assert.rejects(
    openStudent(STUDENT, fewer),
    (error) => error instanceof KolmError && /urgent\.weight/.test(error.message),
  );
});

test("student.json says decimals as text and labels as their kind needs", () => {
  assert.ok(StudentFile.safeParse(STUDENT).success);
  const head = STUDENT.heads[1];
  for (const wrong of [
    { ...head, temperature: 1 },
    { ...head, temperature: "0" },
    { ...head, labels: ["true", "false"] },
    { ...head, kind: "scope" },
    { ...head, extra: 1 },
  ]) {
    assert.equal(StudentFile.safeParse({ ...STUDENT, heads: [wrong] }).success, false);
  }
  assert.equal(StudentFile.safeParse({ ...STUDENT, thresholds: { confidence: "1.5", scope: "0" } }).success, false);
});
