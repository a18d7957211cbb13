// This file makes rare classes count as much as common ones.
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";

/** By head, a factor a class. */
export type ClassWeights = Readonly<Record<string, Float64Array>>;

/** rows / (classes · rows of the class), for text heads; a class without rows has 0 (King & Zeng 2001). */
export function balancedWeights(lessons: readonly Lesson[], heads: readonly Head[]): ClassWeights {
  return Object.fromEntries(
    heads
      .filter(({ on }) => on === "pooled")
      .map(({ name, classes }) => {
        const counts = new Float64Array(classes);
        for (const { targets } of lessons) {
          const target = targets[name];
          if (target === undefined || target.weight === 0) continue;
          for (const [label, share] of target.data.entries())
            counts[label] = (counts[label] ?? 0) + target.weight * share;
        }
        const rows = counts.reduce((sum, count) => sum + count, 0);
        return [name, counts.map((count) => (count === 0 ? 0 : rows / (classes * count)))];
      }),
  );
}

/** The factor of a row whose class is a distribution; 1 where classes have no weights. */
export function weightOf(target: Float32Array, weights: Float64Array | undefined): number {
  return weights === undefined ? 1 : target.reduce((sum, share, label) => sum + share * (weights[label] ?? 0), 0);
}
