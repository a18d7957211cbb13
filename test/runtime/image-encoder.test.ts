// This file shows that pictures are fitted, fed and bridged to texts the same way every time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeModel, GraphBuilder, intTensor } from "@kolm/onnx";
import {
  bridge,
  bridgeText,
  createAudioEncoder,
  createImageEncoder,
  fitPixels,
  ImageForm,
  windowsOf,
} from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";

const rgba = (width: number, height: number, at: (x: number, y: number) => readonly number[]) => ({
  width,
  height,
  data: Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => at(x, y)).flat()).flat(),
});

test("a picture of one colour stays it at any size, and transparency lies over white", () => {
  const red = fitPixels(
    rgba(7, 5, () => [200, 10, 20, 255]),
    { size: [3, 4], fit: "crop" },
  );
  assert.deepEqual(
    [...red].map((value) => Math.round(value * 1e6) / 1e6),
    [...Array<number>(12).fill(200), ...Array<number>(12).fill(10), ...Array<number>(12).fill(20)],
  );
  const glass = fitPixels(
    rgba(2, 2, () => [0, 0, 0, 0]),
    { size: [1, 1], fit: "stretch" },
  );
  assert.deepEqual([...glass], [255, 255, 255]);
});

test("crop reads the middle, stretch reads all of it", () => {
  const striped = rgba(12, 4, (x) => (x < 4 || x >= 8 ? [255, 0, 0, 255] : [0, 0, 255, 255]));
  const [middle] = fitPixels(striped, { size: [1, 1], fit: "crop" });
  const [whole] = fitPixels(striped, { size: [1, 1], fit: "stretch" });
  assert.ok((middle ?? 0) < 70 && (whole ?? 0) > 140, `${middle} ${whole}`);
});

test("halving a picture averages its pixels as a triangle twice as wide does", () => {
  const values = [0, 80, 160, 240];
  const [left = 0, right = 0] = fitPixels(
    rgba(4, 1, (x) => [values[x] ?? 0, 0, 0, 255]),
    { size: [1, 2], fit: "stretch" },
  );
  // Weights 3, 3, 1 of 7 around the left centre: the pixel beyond the edge is left out.
  assert.ok(
    Math.abs(left - (3 * 0 + 3 * 80 + 160) / 7) < 1e-9 && Math.abs(right - (80 + 3 * 160 + 3 * 240) / 7) < 1e-9,
  );
});

const FORM: ImageForm = {
  input: "pixels",
  output: "flat",
  logits: "flat",
  size: [1, 1],
  mean: ["0.5", "0.5", "0.5"],
  std: ["0.5", "0.5", "0.5"],
  layout: "nchw",
  fit: "crop",
};

function flattening(input: string, dims: readonly number[], size: number): Uint8Array {
  const builder = new GraphBuilder("flat", { "": 17 });
  builder.input(input, "float32", dims);
  builder.initializer("shape", intTensor([1, size]));
  builder.node("Reshape", [input, "shape"], {}, { outputs: ["flat"] });
  builder.output("flat", "float32", [1, size]);
  return encodeModel(builder.build());
}

test("an image encoder gives a unit vector and probabilities", async () => {
  const encoder = await createImageEncoder(flattening("pixels", [1, 3, 1, 1], 3), FORM, { createSession });
  const { vector, classes } = await encoder.encode(rgba(1, 1, () => [255, 0, 127.5, 255]));
  assert.deepEqual([...vector], [Math.fround(Math.SQRT1_2), -Math.fround(Math.SQRT1_2), 0]);
  assert.ok(classes && Math.abs(classes.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
  await encoder.close();
});

const encodes = async (how: Partial<ImageForm>, picture: ReturnType<typeof rgba>): Promise<number[]> => {
  const [height, width] = how.size ?? FORM.size;
  const model = flattening("pixels", [1, 3, height, width], 3 * height * width);
  const encoder = await createImageEncoder(model, ImageForm.parse({ ...FORM, ...how }), { createSession });
  const { vector } = await encoder.encode(picture);
  await encoder.close();
  return [...vector];
};
const near = (found: readonly number[], expected: readonly number[]): void => {
  const scale = Math.hypot(...expected);
  const off = found.map((value, at) => Math.abs(value - (expected[at] ?? NaN) / scale));
  assert.ok(found.length === expected.length && Math.max(...off) < 1e-6, `${found.join()}, not ${expected.join()}`);
};

test("an encoder sees a picture mirrored, as a negative, or small in a frame of the ground at its edge", async () => {
  const pair = rgba(2, 1, (x) => (x === 0 ? [255, 255, 255, 255] : [0, 153, 153, 255]));
  const size: [number, number] = [1, 2];
  near(await encodes({ size }, pair), [1, -1, 1, 0.2, 1, 0.2]);
  near(await encodes({ size, views: [{ mirrored: true }] }, pair), [-1, 1, 0.2, 1, 0.2, 1]);
  const [left = 0, right = 0] = await encodes({ size, views: [{ inverted: true }] }, pair);
  assert.ok(left < 0 && right > 0);
  const dot = rgba(3, 3, (x, y) => (x === 1 && y === 1 ? [255, 255, 255, 255] : [0, 0, 0, 255]));
  const framed = await encodes({ size: [6, 6], views: [{ share: "0.5" }] }, dot);
  const lit = framed.flatMap((value, at) => (value > 0 ? [at % 36] : []));
  assert.deepEqual(lit, [14, 14, 14]);
});

test("what is seen in several ways is averaged", async () => {
  const pair = rgba(2, 1, (x) => (x === 0 ? [255, 255, 255, 255] : [0, 153, 153, 255]));
  const both = await encodes({ size: [1, 2], views: [{}, { mirrored: true }] }, pair);
  near(both, [0, 0, 1.2, 1.2, 1.2, 1.2]);
});

test("roots keep signs and lengthen small numbers", async () => {
  near(
    await encodes(
      { roots: true },
      rgba(1, 1, () => [255, 0, 255 * 0.625, 255]),
    ),
    [1, -1, 0.5],
  );
});

test("a class is embedded by two of its names and four broader ones", () => {
  assert.equal(bridgeText("macaw"), "a photo of macaw");
  assert.equal(bridgeText("tabby, tabby cat, mouser < cat < feline"), "a photo of tabby, tabby cat, cat, feline");
  assert.equal(bridgeText("a < b < c < d < e < f"), "a photo of a, b, c, d, e");
});

test("a bridge is the unit sum of the ten most probable labels", () => {
  const labels = Array.from({ length: 12 }, (_, at) =>
    Float32Array.from({ length: 12 }, (__, to) => (at === to ? 1 : 0)),
  );
  const probable = bridge([0.01, 0.3, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.15], labels);
  assert.deepEqual([probable[0], probable[2]], [0, 0]);
  assert.ok((probable[1] ?? 0) > (probable[11] ?? 0) && Math.abs(Math.hypot(...probable) - 1) < 1e-6);
});

test("a sound is the mean of its windows; a rest shorter than half a window is left out", async () => {
  const form = { rate: 4, window: 4, hop: 4, gain: "2", input: "samples", dims: [1, 4], output: "flat" };
  assert.equal(windowsOf(new Float32Array(9), form).length, 2);
  assert.equal(windowsOf(new Float32Array(10), form).length, 3);
  const encoder = await createAudioEncoder({ model: flattening("samples", [1, 4], 4) }, form, { createSession });
  const vector = await encoder.encode(Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0));
  assert.deepEqual([...vector], [Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2), 0, 0]);
  await encoder.close();
});
