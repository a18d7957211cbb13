// This file asks a trainer what its present weights make of lessons.
import { assert } from "@kolm/format";
import type { Trainer } from "@kolm/onnx";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import { batchOf } from "./batch.ts";
import { cutByLength } from "./epoch.ts";

/** Logits of one lesson by head: [classes], or [tokens, classes] for a token head. */
export type Prediction = Readonly<Record<string, Float32Array>>;

const BATCH = 32;

/** One prediction a lesson, in order. */
export async function predict(
  trainer: Trainer,
  lessons: readonly Lesson[],
  { heads, signal }: { readonly heads: readonly Head[]; readonly signal: AbortSignal },
): Promise<Prediction[]> {
  const lengths = lessons.map(({ ids }) => ids.length);
  const predictions: Prediction[] = [];
  for (const rows of cutByLength([...lessons.keys()], lengths, BATCH)) {
    signal.throwIfAborted();
    const batch = batchOf(
      rows.flatMap((row) => lessons[row] ?? []),
      { heads, labelSmoothing: 0 },
    );
    const logits = await trainer.logits(batch);
    for (const [place, row] of rows.entries())
      predictions[row] = cut(logits, { heads, place, width: batch.tokens, tokens: lengths[row] ?? 0 });
  }
  return predictions;
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
