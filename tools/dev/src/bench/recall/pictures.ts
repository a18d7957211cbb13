// This file measures recall of pictures: photos found by free text, and garments by their nearest neighbours.
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { readCorpusFile } from "@kolm/corpus";
import { pictureDecoder } from "@kolm/corpus/node";
import { createImageEncoder, type ImageForm, type Pixels } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { png } from "../../pictures/png.ts";
import { type Row, sharedFile } from "../bench.ts";
import { readBitmap } from "./pictures/bitmap.ts";
import { PHOTO_QUERIES } from "./pictures/photo-queries.ts";
import { withRecall } from "./workspace.ts";
import { readZip } from "./pictures/zip.ts";

const MODEL = "models/mobilenet_v2";

/** Text to picture over 18 photos, by the names of MobileNetV2's classes; no caption and no file name is searched. */
export async function measurePhotos(): Promise<Row[]> {
  const folder = sharedFile(`${MODEL}/photos`);
  const files = new Map<string, Uint8Array>();
  for (const name of (await readdir(folder)).sort((a, b) => (a < b ? -1 : 1))) {
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    const isBitmap = extname(name) === ".bmp";
    files.set(`corpus/${isBitmap ? name.replace(/bmp$/, "png") : name}`, isBitmap ? png(readBitmap(bytes)) : bytes);
  }
  const recall = { ship: "full", keywords: false, image: { encoder: "mobilenet-v2", bridge: "labels" } };
  const models = sharedFile("models");
  return withRecall({ recall, files, models, bases: ["use-lite", "mobilenet-v2"] }, async (workspace) => {
    await workspace.build();
    const runtime = await workspace.open();
    const wrong: string[] = [];
    for (const { query, photos } of PHOTO_QUERIES) {
      const [hit] = await runtime.recall(query, { k: 1 });
      const name = hit?.source.replace(/^corpus\//, "").replace(/\.\w+$/, "") ?? "";
      if (!photos.includes(name)) wrong.push(`"${query}" gave ${name}`);
    }
    await runtime.close();
    const share = 1 - wrong.length / PHOTO_QUERIES.length;
    process.stderr.write(wrong.map((line) => `  ${line}\n`).join(""));
    const measured = `${share.toFixed(3)} of ${PHOTO_QUERIES.length}`;
    return [{ what: "18 photos, free text: rank 1 right", aim: ">= 0.80", measured, holds: share >= 0.8 }];
  });
}

type Garment = { readonly label: string; readonly pixels: Pixels };
type Labelled = { readonly label: string; readonly vector: Float32Array };

/** How a garment of 28 × 28 is shown to an encoder of photos: as it is or dark on light, filling this share of the frame. */
const SHOWN = [
  { name: "as it is", inverted: false, share: 1 },
  { name: "inverted", inverted: true, share: 1 },
  { name: "inverted, half the frame", inverted: true, share: 0.5 },
  { name: "as it is, half the frame", inverted: false, share: 0.5 },
] as const;
type Shown = (typeof SHOWN)[number];

const FORM: ImageForm = {
  input: "pixel_values",
  output: "embedding",
  size: [224, 224],
  mean: ["0.5", "0.5", "0.5"],
  std: ["0.5", "0.5", "0.5"],
  layout: "nchw",
  fit: "crop",
};

/** Nearest neighbours of 300 garments among 600; how they are shown is chosen by leaving one out of the 600. */
export async function measureFashion(): Promise<Row[]> {
  const [train, test] = [await garments("train"), await garments("test")];
  const encoder = await createImageEncoder(
    new Uint8Array(await readFile(sharedFile(`${MODEL}/mobilenet_v2.onnx`))),
    FORM,
    {
      createSession,
    },
  );
  const encode = async (all: readonly Garment[], shown: Shown): Promise<Labelled[]> => {
    const vectors: Labelled[] = [];
    for (const { label, pixels } of all)
      vectors.push({ label, vector: (await encoder.encode(framed(pixels, shown))).vector });
    return vectors;
  };
  let best: { shown: Shown; vectors: Labelled[]; accuracy: number } | undefined;
  for (const shown of SHOWN) {
    const vectors = await encode(train, shown);
    const { accuracy } = neighbours(vectors, vectors, true);
    process.stderr.write(`  ${shown.name}: ${accuracy.toFixed(3)} on the 600, each left out\n`);
    if (best === undefined || accuracy > best.accuracy) best = { shown, vectors, accuracy };
  }
  if (best === undefined) return [];
  const found = neighbours(await encode(test, best.shown), best.vectors, false);
  await encoder.close();
  return [
    row(`fashion_mnist_900, shown ${best.shown.name}: accuracy of the nearest`, found.accuracy, 0.8),
    row("fashion_mnist_900: share of the right class among the ten nearest", found.precision, 0.7),
  ];
}

const row = (what: string, value: number, aim: number): Row => ({
  what,
  aim: `>= ${aim.toFixed(2)}`,
  measured: value.toFixed(3),
  holds: value >= aim,
});

async function garments(split: "train" | "test"): Promise<Garment[]> {
  const images = readZip(new Uint8Array(await readFile(sharedFile("data/fashion_mnist_900/images.zip"))));
  const lines = (await readFile(sharedFile(`data/fashion_mnist_900/${split}.jsonl`), "utf8")).trim().split("\n");
  const all: Garment[] = [];
  for (const line of lines) {
    const { input, output } = JSON.parse(line) as { input: string; output: string };
    const bytes = images.get(input.replace(/^images\//, "")) ?? images.get(input) ?? new Uint8Array();
    for await (const found of readCorpusFile(input, bytes, { pictureDecoder }))
      if (found.kind === "image")
        all.push({ label: output, pixels: { width: found.width, height: found.height, data: found.pixels } });
  }
  return all;
}

/** The garment in the middle of a frame of its own ground. */
function framed({ width, height, data }: Pixels, { inverted, share }: Shown): Pixels {
  const [wide, high] = [Math.round(width / share), Math.round(height / share)];
  const ground = inverted ? 255 : 0;
  const pixels = new Uint8Array(wide * high * 4).fill(ground);
  const [left, top] = [(wide - width) >> 1, (high - height) >> 1];
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const [fromX, fromY] = [x - left, y - top];
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      for (let channel = 0; channel < 3; channel++) {
        const value = inside ? (data[(fromY * width + fromX) * 4 + channel] ?? 0) : 0;
        pixels[(y * wide + x) * 4 + channel] = inverted ? 255 - value : value;
      }
      pixels[(y * wide + x) * 4 + 3] = 255;
    }
  return { width: wide, height: high, data: pixels };
}

function neighbours(
  queries: readonly Labelled[],
  known: readonly Labelled[],
  leaveOut: boolean,
): { accuracy: number; precision: number } {
  let [right, among] = [0, 0];
  for (const query of queries) {
    const scored = known
      .filter((one) => !leaveOut || one !== query)
      .map(({ label, vector }) => ({
        label,
        score: vector.reduce((sum, value, at) => sum + value * (query.vector[at] ?? 0), 0),
      }))
      .sort((a, b) => b.score - a.score);
    if (scored[0]?.label === query.label) right++;
    among += scored.slice(0, 10).filter(({ label }) => label === query.label).length / 10;
  }
  return { accuracy: right / queries.length, precision: among / queries.length };
}
