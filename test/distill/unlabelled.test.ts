// This file tests learning from texts without labels: neighbours, spreading of beliefs, and training on one's own labels.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { createSession } from "@kolm/runtime/node";
import { createRng } from "@kolm/stage";
import { nearestNeighbours } from "../../plugins/distill/src/unlabelled/neighbours.ts";
import { align, propagate } from "../../plugins/distill/src/unlabelled/propagate.ts";
import { readUnlabelled } from "../../plugins/distill/src/unlabelled/read.ts";
import { roundSteps } from "../../plugins/distill/src/unlabelled/self-train.ts";

const signal = new AbortController().signal;
const unit = (values: readonly number[]): Float32Array => {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => value / length);
};

test("neighbours are the nearest by cosine, in order, never the row itself, across blocks", async () => {
  const rng = createRng("neighbours");
  const vectors = Array.from({ length: 600 }, () => unit(Array.from({ length: 8 }, () => rng.normal())));
  const { count, places, cosines } = await nearestNeighbours(vectors, { count: 5, createSession, threads: 1, signal });
  assert.equal(count, 5);
  for (const row of [0, 255, 256, 599]) {
    const by = vectors
      .map((other, place) => ({ place, cosine: other.reduce((sum, v, i) => sum + v * (vectors[row]?.[i] ?? 0), 0) }))
      .filter(({ place }) => place !== row)
      .sort((a, b) => b.cosine - a.cosine);
    assert.deepEqual(
      [...places.subarray(row * 5, row * 5 + 5)],
      by.slice(0, 5).map(({ place }) => place),
    );
    assert.ok(Math.abs((cosines[row * 5] ?? 0) - (by[0]?.cosine ?? 0)) < 1e-5);
  }
});

test("twins are neighbours of each other, and fewer vectors than asked for are all neighbours", async () => {
  const twins = [unit([1, 0]), unit([1, 0]), unit([0, 1])];
  const { count, places } = await nearestNeighbours(twins, { count: 10, createSession, threads: 1, signal });
  assert.equal(count, 2);
  assert.deepEqual([places[0], places[2]], [1, 0]);
});

describe("beliefs", () => {
  // Rows 0 and 1 are labelled; 2 stands by 0, 3 by 2, 4 by 1.
  const neighbours = { count: 1, places: Int32Array.of(2, 4, 0, 2, 1), cosines: new Float32Array(5).fill(0.9) };
  const unsure = (): Float64Array => Float64Array.of(0.5, 0.5);
  const rows = [Float64Array.of(1, 0), Float64Array.of(0, 1), unsure(), unsure(), unsure()];

  it("spread from labelled texts along neighbours, less the farther they are, and labels stay", () => {
    const spread = propagate({ rows, known: 2 }, neighbours).rows;
    assert.deepEqual([...(spread[0] ?? [])], [1, 0]);
    const [near = 0, far = 0, other = 0] = [spread[2]?.[0], spread[3]?.[0], spread[4]?.[0]];
    assert.ok(near > far && far > 0.5 && other < 0.5, `${near} ${far} ${other}`);
    for (const row of spread) assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-9);
  });

  it("are aligned so that a label that is believed in too often loses", () => {
    const biased = [
      ...rows.slice(0, 2),
      Float64Array.of(0.7, 0.3),
      Float64Array.of(0.9, 0.1),
      Float64Array.of(0.5, 0.5),
    ];
    const aligned = align({ rows: biased, known: 2 }, Float64Array.of(0.5, 0.5)).rows;
    assert.ok((aligned[2]?.[0] ?? 1) < 0.7 && (aligned[4]?.[0] ?? 1) < 0.5);
    assert.deepEqual(aligned[0], biased[0]);
  });
});

test("inputs that have an answer are not unlabelled, and the others teach nothing by themselves", async () => {
  const rows = ["a", "b"].map((id) => `${JSON.stringify({ id, input: `text ${id}` })}\n`).join("");
  const inputs = {
    has: async () => true,
    bytes: async () => new TextEncoder().encode(rows),
    json: async () => assert.fail("not read"),
    blob: async () => assert.fail("not read"),
    list: async () => [],
    pointer: async () => assert.fail("not read"),
  };
  const encode = (text: string) => ({
    ids: Array.from({ length: text.length }, (_, i) => i + 1),
    offsets: [],
    truncated: false,
  });
  const labelled = [
    { id: "a", input: "text a", output: null, ids: [1], offsets: [], truncated: false, lostSpans: 0, targets: {} },
  ];
  const head = {
    name: "mood",
    field: "mood",
    kind: "enum",
    labels: ["up", "down"],
    classes: 2,
    on: "pooled",
    classOf: () => 0,
  } as const;
  const found = await readUnlabelled(inputs, { labelled, heads: [{ ...head, labels: [...head.labels] }], encode });
  assert.deepEqual(
    found.map(({ id, targets }) => [id, targets["mood"]?.weight, targets["mood"]?.data.length]),
    [["b", 0, 2]],
  );
});

test("a round's length follows from the rows, within bounds", () => {
  assert.equal(roundSteps(100, 100_000, 16), Math.ceil((100 * 333 + 100_000) / 16));
  assert.ok(roundSteps(20, 20, 16) <= Math.ceil((8 * 40) / 16));
});
