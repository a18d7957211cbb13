// This file asks an artifact for its answers to rows, one after another as a device would.
import type { Answer } from "@kolm/runtime";
import type { Work } from "../score/latency.ts";
import type { Artifact } from "./ports.ts";

/** An answer with the encoder passes it took counted. */
export type RowAnswer = Omit<Answer, "work"> & { readonly work: Work };

export type Asking = { readonly signal: AbortSignal; readonly step?: (done: number) => void };

/** Asks every input and closes the artifact. */
export async function askAll(
  artifact: Artifact,
  inputs: readonly string[],
  { signal, step }: Asking,
): Promise<RowAnswer[]> {
  try {
    const answers: RowAnswer[] = [];
    for (const input of inputs) {
      signal.throwIfAborted();
      const answer = await artifact.answer(input);
      answers.push({ ...answer, work: { ...answer.work, passes: passesOf(answer) } });
      step?.(answers.length);
    }
    return answers;
  } finally {
    await artifact.close();
  }
}

/** Encoder passes behind an answer: one when the student decided a field, one to look up passages. */
export function passesOf({ fields, recall }: Pick<Answer, "fields" | "recall">): number {
  const student = Object.values(fields).some(({ path }) => path === "student");
  return (student ? 1 : 0) + (recall === undefined ? 0 : 1);
}
