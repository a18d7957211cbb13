// This file asks a finished student graph, the bytes a device would run, what it makes of lessons.
import { assert } from "@kolm/format";
import { type CreateSession, logitsName, type StudentSpec } from "@kolm/onnx";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import { predict, type Prediction } from "../train/predict.ts";

export type Asking = {
  readonly spec: StudentSpec;
  readonly heads: readonly Head[];
  readonly createSession: CreateSession;
  readonly signal: AbortSignal;
};

/** One prediction a lesson, in order; each alone, as a device asks, since dynamic quantisation looks at the whole batch. */
export async function predictWith(
  model: Uint8Array,
  lessons: readonly Lesson[],
  { spec, heads, createSession, signal }: Asking,
): Promise<Prediction[]> {
  const session = await createSession(model, { threads: 1 });
  const { ids, mask } = spec.encoder;
  try {
    const logits: Parameters<typeof predict>[0]["logits"] = async (batch) => {
      const dims = [batch.rows, batch.tokens];
      const values = await session.run({
        [ids]: { type: "int64", dims, data: batch.ids },
        [mask]: { type: "int64", dims, data: batch.mask },
      });
      const entries = spec.heads.map((head) => {
        const value = values[logitsName(head)];
        assert(value?.type === "float32", `head ${head.name} gives float32 logits`);
        return [head.name, value.data] as const;
      });
      return Object.fromEntries(entries);
    };
    const predictions: Prediction[] = [];
    for (const lesson of lessons) predictions.push(...(await predict({ logits }, [lesson], { heads, signal })));
    return predictions;
  } finally {
    await session.close();
  }
}
