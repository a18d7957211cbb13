// This file draws the pictures of tasks/photo-recall and fits the encoder that reads them; both are committed.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRng } from "@kolm/stage";
import { draw } from "./pictures/draw.ts";
import { type Drawing, fitEncoder } from "./pictures/encoder.ts";
import { png } from "./pictures/png.ts";
import { SCENES } from "./pictures/scenes.ts";

const TASK = join(import.meta.dirname, "../../../tasks/photo-recall");
const SIZE = 96;
const TAUGHT = 40;
const HELD = 8;

/** Drawings of every scene, none of them one of the task's. */
function drawings(purpose: string, each: number): Drawing[] {
  return SCENES.flatMap((shown, scene) =>
    Array.from({ length: each }, (_, at) => ({
      pixels: draw(shown, SIZE, createRng(`kolm/drawings/${purpose}/${scene}/${at}`)),
      scene,
    })),
  );
}

await mkdir(join(TASK, "corpus"), { recursive: true });
await mkdir(join(TASK, "encoder"), { recursive: true });
// In an order of their own, so that a file's number says nothing of what it shows.
const order = createRng("kolm/pictures/order").shuffle(SCENES.map((_, scene) => scene));
for (const [at, scene] of order.entries()) {
  const shown = SCENES[scene];
  const name = `p${String(at + 1).padStart(2, "0")}.png`;
  if (shown) await writeFile(join(TASK, "corpus", name), png(draw(shown, SIZE, createRng(`kolm/pictures/${scene}`))));
  console.log(name, shown?.label);
}
const labels = `${SCENES.map(({ label }) => label).join("\n")}\n`;
const encoder = fitEncoder(drawings("taught", TAUGHT), drawings("held", HELD), SCENES.length);
for (const [name, bytes] of [
  ["drawings.onnx", encoder],
  ["labels.txt", new TextEncoder().encode(labels)],
] as const) {
  await writeFile(join(TASK, "encoder", name), bytes);
  console.log(name, bytes.length, createHash("sha256").update(bytes).digest("hex"));
}
