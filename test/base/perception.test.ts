// This file checks bases of pictures and sounds: what is written, and what is refused with which words.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BaseOptions, digestsOf, filesOf } from "@kolm/base";
import { KolmError } from "@kolm/format";
import { encodeModel, GraphBuilder, intTensor } from "@kolm/onnx";
import type { AudioBaseFile, ImageBaseFile } from "@kolm/runtime";
import { runBase } from "./opened.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
const refused = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof KolmError && error.code === code && words.test(`${error.message} ${error.hint ?? ""}`);

function flattening(input: string, dims: readonly number[], size: number): Uint8Array {
  const builder = new GraphBuilder("flat", { "": 17 });
  builder.input(input, "float32", dims);
  builder.initializer("shape", intTensor([1, size]));
  builder.node("Reshape", [input, "shape"], {}, { outputs: ["flat"] });
  builder.output("flat", "float32", [1, size]);
  return encodeModel(builder.build());
}

const model = flattening("pixels", [1, 3, 1, 1], 3);
const labels = text("red\ngreen\nblue\n");
const files = { "m/model.onnx": model, "m/labels.txt": labels };
const image = (changes: Record<string, unknown> = {}): BaseOptions =>
  BaseOptions.parse({
    modality: "image",
    source: "file:m/model.onnx",
    labels: "file:m/labels.txt",
    sha256: { model: sha256(model), labels: sha256(labels) },
    input: "pixels",
    output: "flat",
    logits: "flat",
    size: [1, 1],
    licence: "MIT",
    from: "Ask the colour people.",
    ...changes,
  });

test("an image base keeps its model and labels byte for byte, and its numbers as decimals", async () => {
  const { file } = await runBase(image({ mean: [0.485, 0.456, 0.406] }), files);
  const written = file as unknown as ImageBaseFile; // runBase speaks of text bases
  assert.deepEqual(
    [written.modality, written.model.sha256, written.labels?.sha256, written.form.mean, written.form.fit],
    ["image", sha256(model), sha256(labels), ["0.485", "0.456", "0.406"], "crop"],
  );
});

test("weights that are missing are asked for with where to put them and where they can be had", async () => {
  const gone = runBase(image(), { "m/labels.txt": labels });
  await assert.rejects(
    gone,
    refused("BASE_MISSING", /m\/model\.onnx is not there .*at m\/model\.onnx.*Ask the colour people/),
  );
});

test("weights that changed under their pin, wrong names and too few labels are refused", async () => {
  const changed = runBase(image(), { ...files, "m/model.onnx": flattening("pixels", [1, 3, 1, 1], 3).with(9, 1) });
  await assert.rejects(changed, refused("BASE_ALTERED", /m\/model\.onnx has sha256 [0-9a-f]{64}, expected/));
  await assert.rejects(
    runBase(image({ input: "picture" }), files),
    refused("BASE_UNFIT", /no input "picture"; it has pixels/),
  );
  const few = text("red\n");
  const short = image({ sha256: { model: sha256(model), labels: sha256(few) } });
  await assert.rejects(
    runBase(short, { ...files, "m/labels.txt": few }),
    refused("BASE_UNFIT", /1 lines, but the model scores 3/),
  );
  await assert.rejects(runBase(image({ logits: undefined }), files), refused("BASE_UNFIT", /labels, but no logits/));
  const noise = text("no model");
  const broken = image({ sha256: { model: sha256(noise), labels: sha256(labels) } });
  await assert.rejects(
    runBase(broken, { ...files, "m/model.onnx": noise }),
    refused("BASE_MALFORMED", /no ONNX model/),
  );
});

test("an audio base says how sounds are cut", async () => {
  const sound = flattening("samples", [1, 4], 4);
  const options = BaseOptions.parse({
    modality: "audio",
    source: "file:m/sound.onnx",
    sha256: { model: sha256(sound) },
    window: 4,
    hop: 2,
    input: "samples",
    dims: [1, 4],
    output: "flat",
    licence: "MIT",
  });
  const { file } = await runBase(options, { "m/sound.onnx": sound });
  const written = file as unknown as AudioBaseFile; // runBase speaks of text bases
  assert.deepEqual(
    [written.modality, written.form.rate, written.form.window, written.form.gain],
    ["audio", 16_000, 4, "1"],
  );
});

test("what a base's files hold now is known, so that a changed file is read again", async () => {
  const root = await mkdtemp(join(tmpdir(), "kolm-base-"));
  try {
    assert.deepEqual(filesOf(image()), ["m/model.onnx", "m/labels.txt"]);
    const flat = image({ source: "file:model.onnx", labels: "file:labels.txt" });
    await writeFile(join(root, "model.onnx"), model);
    assert.deepEqual(await digestsOf(flat, root), { "model.onnx": sha256(model), "labels.txt": "missing" });
  } finally {
    await rm(root, { recursive: true });
  }
});
