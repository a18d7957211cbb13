// This file asks a trainer what its present weights make of lessons.
import { assert } from "@kolm/format";
import type { Batch, Trainer } from "@kolm/onnx";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import { batchOf } from "./batch.ts";
import { cutByLength } from "./epoch.ts";

/** Logits of one lesson by head: [classes], or [tokens, classes] for a token head. */
export type Prediction = Readonly<Record<string, Float32Array>>;

const BATCH = 32;

/** One prediction a lesson, in order. */
export async function predict(
  trainer: Pick<Trainer, "logits">,
  lessons: readonly Lesson[],
  { heads, signal }: { readonly heads: readonly Head[]; readonly signal: AbortSignal },
): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for (const { rows, batch } of batches(lessons, heads)) {
    signal.throwIfAborted();
    const logits = await trainer.logits(batch);
    for (const [place, row] of rows.entries())
      predictions[row] = cut(logits, { heads, place, width: batch.tokens, tokens: lessons[row]?.ids.length ?? 0 });
  }
  return predictions;
}

/** The pooled vector of each lesson's text, in order. */
export async function vectorsOf(
  trainer: Pick<Trainer, "vectors">,
  lessons: readonly Lesson[],
  { signal }: { readonly signal: AbortSignal },
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const { rows, batch } of batches(lessons, [])) {
    signal.throwIfAborted();
    const flat = await trainer.vectors(batch);
    const width = flat.length / rows.length;
    for (const [place, row] of rows.entries()) vectors[row] = flat.slice(place * width, (place + 1) * width);
  }
  return vectors;
}

/** Batches of like length, and which lessons stand in each. */
function* batches(
  lessons: readonly Lesson[],
  heads: readonly Head[],
): Generator<{ readonly rows: readonly number[]; readonly batch: Batch }> {
  const lengths = lessons.map(({ ids }) => ids.length);
  for (const rows of cutByLength([...lessons.keys()], lengths, BATCH)) {
    const picked = rows.flatMap((row) => lessons[row] ?? []);
    yield { rows, batch: batchOf(picked, { heads, labelSmoothing: 0 }) };
  }
}

type Slice = {
  readonly heads: readonly Head[];
  readonly place: number;
  readonly width: number;
  readonly tokens: number;
};

function cut(logits: Readonly<Record<string, Float32Array>>, { heads, place, width, tokens }: Slice): Prediction {
  return Object.fromEntries(
    heads.map(({ name, on, classes }) => {
      const all = logits[name];
      assert(all, `the trainer knows the head ${name}`);
      const size = on === "pooled" ? classes : width * classes;
      const kept = on === "pooled" ? classes : tokens * classes;
      return [name, all.slice(place * size, place * size + kept)];
    }),
  );
}
