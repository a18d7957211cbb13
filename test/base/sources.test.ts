// This file checks what the base stage refuses, and that a user's own encoder is fitted to the common form.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BaseOptions, filesOf } from "@kolm/base";
import { KolmError } from "@kolm/format";
import { decodeModel, encodeModel } from "@kolm/onnx";
import { padBatch } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { runBase, useLite } from "./opened.ts";

const shared = process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared");
const exported = join(shared, "models/exported/bert_tiny_opset16.onnx");
const skip = existsSync(exported) ? false : "the exported test models are not here";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const vocabulary = new TextEncoder().encode("{}");

function ownBase(model: Uint8Array, changes: Record<string, unknown> = {}): BaseOptions {
  return BaseOptions.parse({
    source: "file:models/own.onnx",
    tokenizer: "file:models/tokenizer.json",
    sha256: { model: sha256(model), tokenizer: sha256(vocabulary) },
    names: { ids: "ids", mask: "mask", tokens: "h" },
    hidden: 48,
    maxTokens: 64,
    licence: "MIT",
    ...changes,
  });
}

const files = (model: Uint8Array): Record<string, Uint8Array> => ({
  "models/own.onnx": model,
  "models/tokenizer.json": vocabulary,
});
const code = (expected: string, words: RegExp) => (error: unknown) =>
  error instanceof KolmError && error.code === expected && words.test(error.message);

test("a package file with another sha256 than its pin is refused with file, found and expected", async () => {
  const pins = { ...useLite().sha256, "dist/group1-shard3of7": "0".repeat(64) };
  const options = { ...useLite(), sha256: pins } as BaseOptions;
  const words = /group1-shard3of7 has sha256 50ee49b0daf620cf[0-9a-f]+, expected 0{64}/;
  await assert.rejects(runBase(options), code("BASE_ALTERED", words));
});

test("a pin may be repeated in the workspace but not left out", () => {
  const { "dist/vocab.json": _, ...rest } = useLite().sha256 as Record<string, string>;
  assert.equal(BaseOptions.safeParse({ source: useLite().source, sha256: rest }).success, false);
});

test("unknown packages, absolute paths and paths out of the workspace are refused", () => {
  for (const source of ["npm:left-pad@1.0.0", "file:/etc/passwd", "file:../other/model.onnx", "model.onnx"]) {
    assert.equal(BaseOptions.safeParse({ ...ownBase(vocabulary), source }).success, false, source);
  }
});

test("a file base declares the workspace files it reads", () => {
  assert.deepEqual(filesOf(ownBase(vocabulary)), ["models/own.onnx", "models/tokenizer.json"]);
  assert.deepEqual(filesOf(useLite()), []);
});

test("an exporter-made encoder gets mean pooling and unit vectors", { skip }, async () => {
  const model = new Uint8Array(readFileSync(exported));
  const hidden = Number(decodeModel(model).outputs[0]?.dims.at(-1));
  const { file, model: fitted } = await runBase(ownBase(model, { hidden }), files(model));
  assert.deepEqual(file.pins, { "models/own.onnx": sha256(model), "models/tokenizer.json": sha256(vocabulary) });
  const session = await createSession(fitted);
  const { ids, mask } = padBatch([
    [1, 2, 3, 4],
    [5, 6],
  ]);
  const { tokens, pooled } = (await session.run({ ids, mask })) as unknown as Record<
    string,
    { dims: number[]; data: Float32Array }
  >;
  assert.deepEqual(
    [tokens?.dims, pooled?.dims],
    [
      [2, 4, hidden],
      [2, hidden],
    ],
  );
  const mean = Array.from(
    { length: hidden },
    (_, index) => ((tokens?.data[4 * hidden + index] ?? 0) + (tokens?.data[5 * hidden + index] ?? 0)) / 2,
  );
  const length = Math.hypot(...mean);
  for (const [index, value] of mean.entries())
    assert.ok(Math.abs(value / length - (pooled?.data[hidden + index] ?? NaN)) < 1e-6);
  await session.close();
});

test("wrong names, widths and operator sets say what the model has instead", { skip }, async () => {
  const model = new Uint8Array(readFileSync(exported));
  const hidden = Number(decodeModel(model).outputs[0]?.dims.at(-1));
  const refuses = async (changes: Record<string, unknown>, words: RegExp, bytes: Uint8Array = model): Promise<void> =>
    assert.rejects(runBase(ownBase(bytes, { hidden, ...changes }), files(bytes)), code("BASE_UNFIT", words));
  await refuses(
    { names: { ids: "input_ids", mask: "mask", tokens: "h" } },
    /no input "input_ids"; its inputs are ids, mask/,
  );
  await refuses({ names: { ids: "ids", mask: "mask", tokens: "last" } }, /no output "last"; its outputs are h/);
  await refuses({ hidden: hidden + 1 }, /vectors of length/);
  const old = encodeModel({ ...decodeModel(model), opsets: { "": 10 } });
  await assert.rejects(
    runBase(ownBase(old, { hidden }), files(old)),
    code("ONNX_OPSET", /models\/own\.onnx: the model uses operator set 10, at least 11 is needed/),
  );
});

test("altered bytes of a user's own model are refused", async () => {
  await assert.rejects(
    runBase(ownBase(vocabulary), files(new Uint8Array([1]))),
    code("BASE_ALTERED", /models\/own\.onnx has sha256/),
  );
});
