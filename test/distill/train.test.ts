// This file tests the course of a training: batches, schedule, plan, first weights, cross-fitting over a recorded trainer.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import fc from "fast-check";
import type { Contract, Output } from "@kolm/format";
import type { Batch, Trainer, Weights } from "@kolm/onnx";
import { createRng } from "@kolm/stage";
import { headsOf } from "../../plugins/distill/src/rows/heads.ts";
import { lessonsOf } from "../../plugins/distill/src/rows/lesson.ts";
import type { Range } from "../../plugins/distill/src/rows/tags.ts";
import { batchOf, thinned } from "../../plugins/distill/src/train/batch.ts";
import { balancedWeights, weightOf } from "../../plugins/distill/src/train/class-weights.ts";
import { epochBatches } from "../../plugins/distill/src/train/epoch.ts";
import { createStart } from "../../plugins/distill/src/train/initial.ts";
import { planOf } from "../../plugins/distill/src/train/plan.ts";
import { rateAt } from "../../plugins/distill/src/train/schedule.ts";
import { train } from "../../plugins/distill/src/train/train.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 100 },
  output: { mood: { type: "enum", values: ["a", "b"] }, name: { type: "span" } },
};
const heads = headsOf(contract, []);

function encode(text: string): { ids: number[]; offsets: Range[]; truncated: boolean } {
  const offsets = [...text.matchAll(/\S+/g)].map((match): Range => [match.index, match.index + match[0].length]);
  return { ids: offsets.map(([start, end]) => end - start), offsets, truncated: false };
}

function rowOf(
  input: string,
  mood: string,
  name: string | null,
): { id: string; input: string; output: Output; votes: { output: Output; count: number }[] } {
  const start = name === null ? 0 : input.indexOf(name);
  const output: Output = { mood, name: name === null ? null : { start, end: start + name.length, text: name } };
  return { id: input, input, output, votes: [{ output, count: 1 }] };
}

const rows = Array.from({ length: 30 }, (_, index) =>
  rowOf(`${"word ".repeat(1 + (index % 5))}Ann ${index}`, index % 3 === 0 ? "a" : "b", index % 2 === 0 ? "Ann" : null),
);
const lessons = lessonsOf(rows, heads, encode);

test("an epoch has every row once, in batches no larger than asked and bounded in padded tokens", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 40 }),
      (lengths, size) => {
        const batches = epochBatches(lengths, size, createRng("epoch"));
        assert.deepEqual(
          batches.flat().sort((a, b) => a - b),
          [...lengths.keys()],
        );
        for (const batch of batches) {
          const longest = Math.max(...batch.map((row) => lengths[row] ?? 0));
          assert.ok(batch.length === 1 || (batch.length <= size && batch.length * longest <= 1024));
        }
      },
    ),
  );
});

test("the rate rises over a tenth of the steps and falls to almost nothing", () => {
  const rates = Array.from({ length: 50 }, (_, step) => rateAt(step, 50));
  assert.equal(Math.max(...rates), 1);
  assert.equal(rates.indexOf(1), 4);
  assert.ok((rates.at(-1) ?? 1) < 0.03 && rates.every((rate) => rate > 0));
});

test("padding has no mask, no targets and no weight", () => {
  const [short, long] = [lessons[0], lessons[4]];
  assert.ok(short && long);
  const batch = batchOf([short, long], { heads, labelSmoothing: 0.1 });
  assert.equal(batch.tokens, long.ids.length);
  assert.deepEqual([...batch.mask.subarray(0, batch.tokens)], [1n, 1n, 1n, 0n, 0n, 0n, 0n]);
  assert.deepEqual([...(batch.weights["name"] ?? [])].slice(0, batch.tokens), [1, 1, 1, 0, 0, 0, 0]);
  assert.deepEqual([...(batch.targets["mood"] ?? [])].slice(0, 2), [Math.fround(0.95), Math.fround(0.05)]);
});

test("token dropout keeps tagged tokens and their tags", () => {
  const lesson = lessons[4];
  assert.ok(lesson);
  const thin = thinned(lesson, { heads, rate: 0.99, rng: createRng("thin") });
  assert.ok(thin.ids.length < lesson.ids.length);
  const tags = thin.targets["name"]?.data ?? new Float32Array(0);
  assert.equal(
    thin.input.slice(
      ...(thin.offsets[
        tags.indexOf(1, 1) < 0 ? 0 : Math.floor(tags.findIndex((value, place) => value === 1 && place % 3 === 1) / 3)
      ] ?? [0, 0]),
    ),
    "Ann",
  );
  assert.equal(tags.length, thin.ids.length * 3);
});

test("few examples are all held out in turn, more in part, many for good, a handful not at all", () => {
  const auto = { epochs: "auto" } as const;
  assert.deepEqual([planOf(8, auto).held, planOf(8, auto).refit], [0, true]);
  assert.deepEqual([planOf(300, auto).held, planOf(300, auto).folds, planOf(300, auto).refit], [3, 3, true]);
  assert.ok(planOf(2_500, auto).held < 3 && planOf(2_500, auto).refit);
  assert.deepEqual([planOf(10_000, auto).held, planOf(10_000, auto).refit], [1, false]);
});

test("more examples never mean more epochs, and epochs that are given stand", () => {
  const sizes = [8, 20, 100, 400, 700, 1_400, 3_000, 10_000].map((rows) => planOf(rows, { epochs: "auto" }).epochs);
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => b - a),
  );
  assert.equal(planOf(10_000, { epochs: 3 }).epochs, 3);
});

const parameters = [
  { name: "w.lora_A", dims: [4, 2], group: "lora_A" },
  { name: "w.lora_B", dims: [2, 4], group: "lora_B" },
  { name: "mood.weight", dims: [2, 2], group: "head" },
  { name: "mood.bias", dims: [2], group: "head" },
] as const;
const vectors = lessons.map((_, index) => (index % 3 === 0 ? Float32Array.of(1, 0) : Float32Array.of(0, 1)));
const start = createStart({ parameters, heads, lessons, vectors });

test("a training starts from the base with heads that know the mean of each class", () => {
  const weights = start([0, 1, 2, 3], createRng("start"));
  assert.deepEqual(
    [...(weights.get("w.lora_B")?.data ?? [])],
    Array.from({ length: 8 }, () => 0),
  );
  assert.deepEqual([...(weights.get("mood.weight")?.data ?? [])], [16, 0, 0, 16]);
  assert.ok((weights.get("w.lora_A")?.data ?? []).every((value) => Math.abs(value) <= 0.5));
  assert.deepEqual(weights, start([0, 1, 2, 3], createRng("start")));
});

describe("cross-fitting", () => {
  it("never shows a student the rows it is judged by, judges every row once, and then trains on all", async () => {
    const shown: Set<string>[] = [];
    const asked: string[] = [];
    const keyOf = (batch: Pick<Batch, "ids" | "tokens">, row: number): string =>
      [...batch.ids.subarray(row * batch.tokens, (row + 1) * batch.tokens)].filter((id) => id > 0n).join();
    const trainer: Trainer = {
      step: async (batch) => {
        for (let row = 0; row < batch.rows; row++) shown.at(-1)?.add(keyOf(batch, row));
        return { loss: 1, gradientNorm: 1 };
      },
      logits: async (batch) => {
        for (let row = 0; row < batch.rows; row++) {
          assert.ok(!shown.at(-1)?.has(keyOf(batch, row)));
          asked.push(keyOf(batch, row));
        }
        return { mood: new Float32Array(batch.rows * 2), name: new Float32Array(batch.rows * batch.tokens * 3) };
      },
      vectors: async () => assert.fail("nothing is unlabelled"),
      weights: (): Weights => new Map(),
      load: () => void shown.push(new Set()),
      close: async () => undefined,
    };
    const distinct = lessons.map((lesson, index) => ({ ...lesson, ids: lesson.ids.map(() => index + 1) }));
    const trained = await train(trainer, {
      lessons: distinct,
      unlabelled: { lessons: [], createSession: async () => assert.fail("nothing is unlabelled"), threads: 1 },
      plan: { epochs: 2, folds: 3, held: 3, refit: true },
      course: { heads, batch: 4, labelSmoothing: 0, tokenDropout: 0, classWeights: "none" },
      start,
      rng: createRng("cross"),
      report: () => undefined,
      signal: new AbortController().signal,
    });
    assert.equal(shown.length, 4);
    assert.deepEqual(
      shown.map(({ size }) => size),
      [20, 20, 20, 30],
    );
    assert.equal(new Set(asked).size, 30);
    assert.deepEqual(
      [...trained.predictions.keys()].sort((a, b) => a - b),
      [...lessons.keys()],
    );
    assert.equal(trained.losses.length, 16);
  });
});

test("balanced classes count as much as each other, however rare", () => {
  const skewed = lessons.filter((_, index) => index % 3 === 0 || index < 6);
  const weights = balancedWeights(skewed, heads);
  const mass = [0, 1].map((label) =>
    skewed
      .map(({ targets }) => targets["mood"]?.data ?? new Float32Array(2))
      .filter((target) => target[label] === 1)
      .reduce((sum, target) => sum + weightOf(target, weights["mood"]), 0),
  );
  assert.ok(Math.abs((mass[0] ?? 0) - (mass[1] ?? 1)) < 1e-9 && (mass[0] ?? 0) > 0, mass.join());
  assert.equal(weights["name"], undefined);
  const batch = batchOf(skewed, { heads, labelSmoothing: 0, classWeights: weights });
  assert.notEqual(batch.weights["mood"]?.[0], batch.weights["mood"]?.[1]);
});
