// This file reads the inputs that nobody labelled as lessons that teach nothing yet.
import type { Inputs } from "@kolm/stage";
import type { Head } from "../rows/heads.ts";
import { type Encode, type Lesson, lessonsOf } from "../rows/lesson.ts";

/** More are not looked at: the table of neighbours grows with the square. */
const MOST_UNLABELLED = 20_000;

/** The first inputs of spec/unlabelled.jsonl that have no answer among the lessons; none where the task names no such file. */
export async function readUnlabelled(
  inputs: Inputs,
  { labelled, heads, encode }: { labelled: readonly Lesson[]; heads: readonly Head[]; encode: Encode },
): Promise<Lesson[]> {
  if (!(await inputs.has("spec/unlabelled.jsonl"))) return [];
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await inputs.bytes("spec/unlabelled.jsonl"));
  // The spec stage wrote them.
  const rows = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
  const known = new Set(labelled.map(({ id }) => id));
  const open = rows.filter(({ id }) => !known.has(id)).slice(0, MOST_UNLABELLED);
  const blank = lessonsOf(
    open.map(({ id, input }) => ({ id, input, output: null, votes: [] })),
    [],
    encode,
  );
  return blank.map((lesson) => ({
    ...lesson,
    targets: Object.fromEntries(heads.map((head) => [head.name, nothing(head, lesson)])),
  }));
}

type Row = { readonly id: string; readonly input: string };

function nothing({ on, classes }: Head, { ids }: Lesson): { data: Float32Array; weight: number } {
  return { data: new Float32Array(on === "pooled" ? classes : ids.length * classes), weight: 0 };
}
