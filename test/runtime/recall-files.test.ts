// This file checks the files of a recall index byte by byte: what is written reads back, and nothing hostile gets further than an error.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KolmError } from "@kolm/format";
import { graphOfHnswlib, openRecall, packGraph, packVectors } from "@kolm/runtime";
import { readGraph } from "../../tools/runtime/src/recall/graph/graph-file.ts";
import { readVarints, writeVarints } from "../../tools/runtime/src/recall/varints.ts";
import { halfOf, numberOfHalf } from "../../tools/runtime/src/recall/vectors/half.ts";
import { readNumbers } from "../../tools/runtime/src/recall/vectors/numbers.ts";
import { libraryGraph, skip } from "./hnswlib.ts";
import { DIMS, type Opened, payloadOf, sampleIndex, unitVectors } from "./recall-sample.ts";

const isRefusal = (words: RegExp) => (error: unknown) =>
  error instanceof KolmError && error.code === "RECALL_MALFORMED" && words.test(error.message);

test("every half is the half of its own number, and no other half is nearer to a number", () => {
  for (let half = 0; half < 65_536; half++) {
    const number = numberOfHalf(half);
    if (Number.isFinite(number) && half !== 0x8000) assert.equal(halfOf(number), half);
  }
  fc.assert(
    fc.property(fc.float({ min: -65_000, max: 65_000, noNaN: true }), (value) => {
      const half = halfOf(value);
      const away = Math.abs(numberOfHalf(half) - value);
      for (const other of [half - 1, half + 1])
        if ((other & 0x7fff) < 0x7c00)
          assert.ok(Math.abs(numberOfHalf(other & 0xffff) - value) >= away || (half & 0x7fff) === 0);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test("whole numbers read back, and their reader stops at a limit and at the end", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff_ffff)), (values) => {
      const reader = readVarints(writeVarints(values), { file: "f", from: 0 });
      assert.deepEqual(
        values.map(() => reader.next(0xffff_ffff)),
        values,
      );
      assert.equal(reader.at, reader.end);
      assert.throws(() => reader.next(1), isRefusal(/f ends in the middle/));
    }),
    { seed: 2 },
  );
  assert.throws(() => readVarints(writeVarints([300]), { file: "f", from: 0 }).next(299), isRefusal(/at most 299/));
  assert.throws(
    () => readVarints(new Uint8Array(9).fill(128), { file: "f", from: 0 }).next(5),
    isRefusal(/five bytes/),
  );
});

test("vectors read back: whole, as halves within 2⁻¹¹, as codes within half a scale", () => {
  const vectors = unitVectors(20, "round", 33);
  const target = new Float32Array(33);
  for (const [type, off] of [
    ["f32", 0],
    ["f16", 1 / 2048],
    ["int8", 0.5001 / 127],
  ] as const) {
    const numbers = readNumbers(packVectors(vectors, type), { file: "v", type, count: 20, dims: 33 });
    for (const [row, vector] of vectors.entries()) {
      numbers.fill(row, target);
      const largest = Math.max(...vector.map(Math.abs));
      assert.ok(target.every((value, at) => Math.abs(value - (vector[at] ?? 0)) <= off * largest));
    }
  }
  assert.throws(() => packVectors([Float32Array.of(1, Number.NaN)], "f32"), { code: "VECTOR_INVALID" });
  assert.throws(() => packVectors([Float32Array.of(1), Float32Array.of(1, 0)], "int8"), { code: "VECTOR_INVALID" });
});

test("a graph reads back as hnswlib saved it, in a fraction of the bytes", { skip }, () => {
  const vectors = unitVectors(900, "packed");
  const { saved } = libraryGraph(vectors);
  const graph = graphOfHnswlib(saved);
  const packed = packGraph(graph);
  assert.deepEqual(readGraph(packed, { file: "g", count: 900 }), graph);
  assert.ok(packed.length < 0.2 * (saved.length - 900 * DIMS * 4), `${packed.length} of ${saved.length}`);
});

const PAYLOADS = Array.from({ length: 60 }, (_, row) => payloadOf(row, { meta: { row } }));
const sample = (graph: Uint8Array): Opened & { files: Map<string, Uint8Array> } =>
  sampleIndex({
    payloads: PAYLOADS,
    spaces: [
      { vectors: unitVectors(60, "damage"), graph, rows: PAYLOADS.map((_, row) => 59 - row) },
      { name: "halves", vectors: unitVectors(60, "damage"), type: "f16" },
      { name: "codes", vectors: unitVectors(60, "damage"), type: "int8", graph },
    ],
    words: PAYLOADS.map(({ text = "" }) => text),
  });

/** Opens and asks; anything but hits that exist with finite scores, or a KolmError, fails. */
function attempt({ index, files }: Opened): void {
  const [query = new Float32Array()] = unitVectors(1, "damage query");
  try {
    const vectors = new Map(index.spaces.map(({ name }) => [name, query]));
    const { hits } = openRecall(index, files).search(
      { vectors, words: "passage 7" },
      { k: 9, filter: { meta: { row: [1, 2, 3] } } },
    );
    for (const { score } of hits) assert.ok(Number.isFinite(score));
    for (const { score } of openRecall(index, files).search({ vectors, words: "passage" }).hits)
      assert.ok(Number.isFinite(score));
  } catch (error) {
    assert.ok(error instanceof KolmError, String(error));
  }
}

test("no altered file is read outside its bytes or hangs: it is refused, or answers what exists", { skip }, () => {
  const { index, files } = sample(packGraph(graphOfHnswlib(libraryGraph(unitVectors(60, "damage")).saved)));
  for (const [name, bytes] of files) {
    const damage = fc.array(
      fc.tuple(fc.oneof(fc.nat(15), fc.nat(bytes.length - 1)), fc.integer({ min: 1, max: 255 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(damage, (changes) => {
        const altered = bytes.slice();
        for (const [place, by] of changes) altered[place] = (altered[place] ?? 0) ^ by;
        attempt({ index, files: new Map([...files, [name, altered]]) });
      }),
      { numRuns: 120, seed: 5 },
    );
    for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 40)))
      assert.throws(
        () => openRecall(index, new Map([...files, [name, bytes.subarray(0, length)]])),
        KolmError,
        `${name} cut to ${length} bytes`,
      );
  }
});

test("files that do not fit the index are refused with the figures", { skip }, () => {
  const { index, files } = sample(packGraph(graphOfHnswlib(libraryGraph(unitVectors(60, "damage")).saved)));
  const refuses = (name: string, change: (bytes: Uint8Array) => Uint8Array | undefined, words: RegExp): void => {
    const bytes = change(files.get(name)?.slice() ?? new Uint8Array());
    const changed = new Map(files);
    if (bytes) changed.set(name, bytes);
    else changed.delete(name);
    assert.throws(() => openRecall(index, changed), isRefusal(words));
  };
  const put =
    (at: number, value: number, write: "setUint32" | "setFloat32" | "setUint16" = "setUint32") =>
    (bytes: Uint8Array): Uint8Array => {
      new DataView(bytes.buffer)[write](at, value, true);
      return bytes;
    };
  refuses("payloads.jsonl", (bytes) => bytes.subarray(0, bytes.indexOf(10) + 1), /has 1 lines, index.json says 60/);
  refuses("text.vectors.bin", () => undefined, /text.vectors.bin, which index.json names, is missing/);
  refuses("text.vectors.bin", (bytes) => bytes.subarray(4), /has 11516 bytes, 11520 are needed/);
  refuses("text.vectors.bin", put(4 * DIMS * 7 + 8, Number.NaN, "setFloat32"), /vector 7 .* length NaN/);
  refuses("text.vectors.bin", put(4 * DIMS * 7, 2, "setFloat32"), /vector 7 .* not 1/);
  refuses("halves.vectors.bin", put(2 * DIMS * 9, 0x7c00, "setUint16"), /vector 9 .* length Infinity/);
  refuses("codes.vectors.bin", put(4 * 11, Infinity, "setFloat32"), /vector 11/);
  refuses("text.rows.bin", put(8, 60), /vector 2 belongs to line 60 .* there are 60/);
  refuses("text.graph.bin", put(0, 0x7fff_ffff), /has 2147483647 elements, index.json says 60/);
  refuses("text.graph.bin", put(12, 0x7fff_ffff), /too short for 60 elements/);
  refuses("text.graph.bin", put(8, 5), /ends below level|at most/);
  refuses("keywords.bin", put(4, 0x7fff_ffff), /too short for 2147483647 words/);
  refuses("keywords.bin", put(0, 61), /covers 61 payloads, index.json says 60/);
});

test("memory that is not aligned is read all the same", { skip }, () => {
  const { index, files } = sample(packGraph(graphOfHnswlib(libraryGraph(unitVectors(60, "damage")).saved)));
  const shifted = new Map(
    [...files].map(([name, bytes]) => {
      const roomy = new Uint8Array(bytes.length + 1);
      roomy.set(bytes, 1);
      return [name, roomy.subarray(1)] as const;
    }),
  );
  const [query = new Float32Array()] = unitVectors(1, "damage query");
  const ask = (all: ReadonlyMap<string, Uint8Array>) =>
    openRecall(index, all).search({
      vectors: new Map(index.spaces.map(({ name }) => [name, query])),
      words: "passage 3",
    });
  assert.deepEqual(ask(shifted), ask(files));
});
