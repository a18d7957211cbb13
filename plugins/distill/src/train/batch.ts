// This file lays lessons out as the padded tensors of one training step.
import type { Batch } from "@kolm/onnx";
import type { Rng } from "@kolm/stage";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import { type ClassWeights, weightOf } from "./class-weights.ts";

export type BatchOptions = {
  readonly heads: readonly Head[];
  readonly labelSmoothing: number;
  readonly classWeights?: ClassWeights;
};

/** A batch as wide as its longest lesson; padding has mask, targets and weights 0. */
export function batchOf(lessons: readonly Lesson[], { heads, labelSmoothing, classWeights }: BatchOptions): Batch {
  const rows = lessons.length;
  const tokens = lessons.reduce((longest, { ids }) => Math.max(longest, ids.length), 1);
  const ids = new BigInt64Array(rows * tokens);
  const mask = new BigInt64Array(rows * tokens);
  for (const [row, lesson] of lessons.entries()) {
    for (const [token, id] of lesson.ids.entries()) {
      ids[row * tokens + token] = BigInt(id);
      mask[row * tokens + token] = 1n;
    }
  }
  const targets: Record<string, Float32Array> = {};
  const weights: Record<string, Float32Array> = {};
  for (const { name, classes, on } of heads) {
    const width = on === "pooled" ? 1 : tokens;
    targets[name] = new Float32Array(rows * width * classes);
    weights[name] = new Float32Array(rows * width);
    for (const [row, lesson] of lessons.entries()) {
      const target = lesson.targets[name];
      if (target === undefined || target.weight === 0) continue;
      targets[name].set(on === "pooled" ? smoothed(target.data, labelSmoothing) : target.data, row * width * classes);
      const weight = target.weight * weightOf(target.data, classWeights?.[name]);
      weights[name].fill(weight, row * width, row * width + target.data.length / classes);
    }
  }
  return { rows, tokens, ids, mask, targets, weights };
}

/** Label smoothing: a share of the belief is spread over all classes (Szegedy et al. 2016). */
function smoothed(data: Float32Array, share: number): Float32Array {
  return data.map((value) => (1 - share) * value + share / data.length);
}

/** The lesson with each token left out at the given rate, but no token that some head tags, and never all of them. */
export function thinned(
  lesson: Lesson,
  { heads, rate, rng }: { readonly heads: readonly Head[]; readonly rate: number; readonly rng: Rng },
): Lesson {
  const kept = lesson.ids.flatMap((_, token) =>
    rng.uniform() < rate && isOutside(lesson, heads, token) ? [] : [token],
  );
  if (kept.length === 0 || kept.length === lesson.ids.length) return lesson;
  const pick = <T>(values: readonly T[]): T[] => values.filter((_, token) => kept.includes(token));
  const targets = Object.fromEntries(
    heads.map(({ name, on, classes }) => {
      const target = lesson.targets[name] ?? { data: new Float32Array(classes), weight: 0 };
      if (on === "pooled") return [name, target];
      const data = new Float32Array(kept.length * classes);
      for (const [place, token] of kept.entries())
        data.set(target.data.subarray(token * classes, (token + 1) * classes), place * classes);
      return [name, { ...target, data }];
    }),
  );
  return { ...lesson, ids: pick(lesson.ids), offsets: pick(lesson.offsets), targets };
}

function isOutside({ targets }: Lesson, heads: readonly Head[], token: number): boolean {
  return heads.every(({ name, on, classes }) => {
    const target = targets[name];
    return on === "pooled" || target === undefined || target.weight === 0 || target.data[token * classes] === 1;
  });
}
