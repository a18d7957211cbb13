// This file holds the WebAssembly kernel to the arithmetic it documents, bit for bit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRng } from "@kolm/stage";
import { createKernel } from "../../tools/runtime/src/recall/kernel/kernel.ts";

test("scores are eight sums of exact products, added in the documented order", () => {
  const rng = createRng("score");
  const size = 96;
  const kernel = createKernel(100_000);
  const { buffer } = kernel.memory;
  const query = new Float64Array(buffer, 0, size).map(() => Math.fround(rng.normal()));
  new Float64Array(buffer, 0, size).set(query);
  const numbers = new Float32Array(buffer, 8 * size, 3 * size);
  for (let at = 0; at < numbers.length; at++) numbers[at] = rng.normal();
  const out = 12 * 4 * size + 8 * size;
  kernel.score(8 * size, size, 0, 3, out);
  for (let row = 0; row < 3; row++) {
    const sums = new Float64Array(8);
    for (let at = 0; at < size; at++)
      sums[at % 8] = (sums[at % 8] ?? 0) + (numbers[row * size + at] ?? 0) * (query[at] ?? 0);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
    assert.equal(new Float64Array(buffer, out, 3)[row], a + c + (e + g) + (b + d + (f + h)));
  }
});

test("codes are compared exactly, up to the largest sums", () => {
  const size = 512;
  const kernel = createKernel(100_000);
  const { buffer } = kernel.memory;
  const [query, ids, out, scales, codes] = [0, 1024, 2048, 3072, 4096];
  new Int16Array(buffer, query, size).fill(-32_767);
  const all = new Int8Array(buffer, codes, 4 * size);
  const rng = createRng("codes");
  for (let at = 0; at < all.length; at++) all[at] = at < size ? -127 : rng.integer(255) - 127;
  new Float32Array(buffer, scales, 4).set([1, 0.5, 0.25, 2]);
  new Uint32Array(buffer, ids, 5).set([3, 0, 0, 2, 1]);
  kernel.compare(codes, scales, size, query, ids, 5, out);
  const expected = [3, 0, 0, 2, 1].map((row) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += (all[row * size + at] ?? 0) * -32_767;
    return Math.fround(Math.fround(sum) * ([1, 0.5, 0.25, 2][row] ?? 0));
  });
  assert.deepEqual([...new Float32Array(buffer, out, 5)], expected);
});
