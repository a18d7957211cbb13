// This file checks that safetensors files are written the same way every time and read strictly.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KolmError } from "@kolm/format";
import { readSafetensors, writeSafetensors } from "@kolm/onnx";
import type { Weights } from "@kolm/onnx";

const WEIGHTS: Weights = new Map([
  ["b.weight", { dims: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-20) }],
  ["a", { dims: [], data: Float32Array.of(7) }],
  ["empty", { dims: [0, 3], data: new Float32Array(0) }],
]);

test("weights and metadata come back, whatever the order they were given in", () => {
  const bytes = writeSafetensors(WEIGHTS, { rank: "8", base: "x" });
  const { weights, metadata } = readSafetensors(bytes);
  assert.deepEqual(metadata, { base: "x", rank: "8" });
  assert.deepEqual([...weights.keys()], ["a", "b.weight", "empty"]);
  for (const [name, weight] of WEIGHTS) assert.deepEqual(weights.get(name), weight);
  assert.deepEqual(writeSafetensors(new Map([...WEIGHTS].reverse()), { base: "x", rank: "8" }), bytes);
});

test("the bytes are the documented format: length, sorted JSON padded to eight, data", () => {
  const bytes = writeSafetensors(new Map([["t", { dims: [1], data: Float32Array.of(1) }]]));
  const header = '{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const length = Math.ceil(header.length / 8) * 8;
  const expected = Buffer.concat([
    Buffer.from([length, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from(header.padEnd(length)),
    Buffer.from([0, 0, 128, 63]),
  ]);
  assert.deepEqual(Buffer.from(bytes), expected);
});

test("files cut short, with gaps, overlaps, other types or extra bytes are refused", () => {
  const file = (header: string, size: number): Uint8Array => {
    const bytes = new Uint8Array(8 + header.length + size);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    return bytes;
  };
  const entry = (from: number, to: number, dtype = "F32"): string =>
    `{"dtype":"${dtype}","shape":[1],"data_offsets":[${from},${to}]}`;
  const refused = (bytes: Uint8Array): void => {
    assert.throws(
      () => readSafetensors(bytes),
      (error) => error instanceof KolmError && error.code === "SAFETENSORS_MALFORMED",
    );
  };
  assert.equal(readSafetensors(file(`{"a":${entry(0, 4)}}`, 4)).weights.size, 1);
  refused(file(`{"a":${entry(0, 4)}}`, 8));
  refused(file(`{"a":${entry(4, 8)}}`, 8));
  refused(file(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, 4));
  refused(file(`{"a":${entry(0, 4, "F16")}}`, 4));
  refused(file(`{"a":${entry(0, 8)}}`, 8));
  refused(file(`{"a":{"dtype":"F32","shape":[1]}}`, 4));
  refused(file(`[1]`, 0));
  refused(file(`{"a":`, 0));
  refused(file(`{"__metadata__":{"a":1}}`, 0));
  const whole = writeSafetensors(WEIGHTS);
  for (let length = 0; length < whole.length; length++) refused(whole.subarray(0, length));
});

test("altered bytes are read or refused with a KolmError", () => {
  const whole = writeSafetensors(WEIGHTS, { note: "x" });
  const property = fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
    try {
      readSafetensors(whole.with(at, value));
    } catch (error) {
      assert.ok(error instanceof KolmError, String(error));
    }
  });
  fc.assert(property, { numRuns: 3000, seed: 7 });
});
