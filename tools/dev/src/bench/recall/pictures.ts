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
import { withBroaderNames } from "./pictures/broader-names.ts";
import { PHOTO_QUERIES, type PhotoQuery } from "./pictures/photo-queries.ts";
import { PHOTO_TRIALS } from "./pictures/photo-trials.ts";
import { withRecall } from "./workspace.ts";
import { readZip } from "./pictures/zip.ts";

const MODEL = "models/mobilenet_v2";

/** Text to picture over 18 photos, by the names of MobileNetV2's classes and broader ones; no caption and no file name is searched. */
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
  const labels = await withBroaderNames(await readFile(sharedFile(`${MODEL}/imagenet_labels.txt`), "utf8"));
  return withRecall({ recall, files, models, labels, bases: ["use-lite", "mobilenet-v2"] }, async (workspace) => {
    await workspace.build();
    const runtime = await workspace.open();
    const right = async (queries: readonly PhotoQuery[]): Promise<number> => {
      let found = 0;
      for (const { query, photos } of queries) {
        const [hit] = await runtime.recall(query, { k: 1 });
        const name = hit?.source.replace(/^corpus\//, "").replace(/\.\w+$/, "") ?? "";
        if (photos.includes(name)) found++;
      }
      return found;
    };
    process.stderr.write(
      `  ${await right(PHOTO_TRIALS)} of the ${PHOTO_TRIALS.length} trials the bridge was chosen on\n`,
    );
    const found = await right(PHOTO_QUERIES);
    await runtime.close();
    const measured = `${found} of ${PHOTO_QUERIES.length}`;
    const holds = found >= 0.8 * PHOTO_QUERIES.length;
    return [{ what: "18 photos, free text: rank 1 right", aim: ">= 80 %", measured, holds }];
  });
}

type Garment = { readonly label: string; readonly pixels: Pixels };
type Labelled = { readonly label: string; readonly vector: Float32Array };

const SIZES = ["0.65", "0.75", "0.85"].map((share) => ({ share, inverted: true }));

/** Ways to show a garment of 28 × 28, light on dark, to an encoder of photos. */
const SHOWN: readonly { readonly name: string; readonly how: Pick<ImageForm, "views" | "roots"> }[] = [
  { name: "as it is", how: {} },
  { name: "inverted", how: { views: [{ inverted: true }] } },
  { name: "inverted, 3/4 of the frame", how: { views: [{ share: "0.75", inverted: true }] } },
  { name: "inverted, at three sizes", how: { views: SIZES } },
  { name: "inverted, at three sizes, roots", how: { views: SIZES, roots: true } },
];

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
  const train = await garments("train");
  const model = new Uint8Array(await readFile(sharedFile(`${MODEL}/mobilenet_v2.onnx`)));
  const encode = async (all: readonly Garment[], { how }: (typeof SHOWN)[number]): Promise<Labelled[]> => {
    const encoder = await createImageEncoder(model, { ...FORM, ...how }, { createSession });
    const vectors: Labelled[] = [];
    for (const { label, pixels } of all) vectors.push({ label, vector: (await encoder.encode(pixels)).vector });
    await encoder.close();
    return vectors;
  };
  let best: { shown: (typeof SHOWN)[number]; vectors: Labelled[]; accuracy: number } | undefined;
  for (const shown of SHOWN) {
    const vectors = await encode(train, shown);
    const { accuracy, precision } = neighbours(vectors, vectors, true);
    process.stderr.write(
      `  ${shown.name}: ${accuracy.toFixed(3)}, P@10 ${precision.toFixed(3)} on the 600, each left out\n`,
    );
    if (best === undefined || accuracy > best.accuracy) best = { shown, vectors, accuracy };
  }
  if (best === undefined) return [];
  const found = neighbours(await encode(await garments("test"), best.shown), best.vectors, false);
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
