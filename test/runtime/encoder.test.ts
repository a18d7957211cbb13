// This file checks that texts become vectors whatever the batch they are in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batchesByLength, countMacs, createEncoder, createTokenizer, padBatch } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { decodeModel } from "@kolm/onnx";
import { openBase } from "./small-artifact.ts";

test("vectors come in the order of the texts and are those of each text alone", async () => {
  const { model, tokenizer, file } = await openBase();
  const encoder = await createEncoder({
    model,
    tokenizer: createTokenizer(JSON.parse(new TextDecoder().decode(tokenizer)), file),
    names: file.encoder,
    createSession,
  });
  const texts = Array.from({ length: 70 }, (_, index) => `parcel ${"late ".repeat((index * 7) % 11)}number ${index}`);
  const heard: number[] = [];
  const vectors = await encoder.encode(texts, { step: (done) => heard.push(done) });
  assert.deepEqual(heard, [32, 64, 70]);
  for (const index of [0, 13, 69]) {
    const [alone] = await encoder.encode([texts[index] ?? ""]);
    for (const [place, value] of (alone ?? []).entries())
      assert.ok(Math.abs(value - (vectors[index]?.[place] ?? NaN)) <= 1e-5);
  }
  await assert.rejects(encoder.encode(texts, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
  await encoder.close();
});

test("batches hold like lengths and every text once", () => {
  const lengths = [5, 1, 9, 1, 5, 3];
  assert.deepEqual(batchesByLength(lengths, 4), [
    [1, 3, 5, 0],
    [4, 2],
  ]);
  assert.deepEqual(batchesByLength([], 4), []);
});

test("a batch is padded at the end and never empty", () => {
  const { ids, mask, width } = padBatch([[7, 8], []]);
  assert.deepEqual([ids.dims, [...ids.data], [...mask.data], width], [[2, 2], [7n, 8n, 0n, 0n], [1n, 1n, 0n, 0n], 2]);
  assert.deepEqual(padBatch([[]]).ids.dims, [1, 1]);
});

test("multiply-accumulates follow from the shapes of the built-in base", async () => {
  const graph = decodeModel((await openBase()).model);
  const ffn = 2 * 512 * 1536;
  const perToken = 256 * 768 + 256 * 512 + 256 * 512 + ffn + 512 * 1536 + 512 * 512 + ffn;
  const attention = (tokens: number): number => 2 * tokens * tokens * 256 + 2 * tokens * tokens * 512;
  for (const tokens of [1, 24, 128])
    assert.equal(countMacs(graph, tokens), tokens * perToken + attention(tokens) + 512 * 512);
});
