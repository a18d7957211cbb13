// This file deals lessons and titles into the batches of a training.
import type { Inputs, PairBatch } from "@kolm/onnx";
import { padBatch, type Tokenizer } from "@kolm/runtime";
import type { Rng } from "@kolm/stage";
import type { Lesson } from "./lessons.ts";
import type { Passage, Titled } from "./material.ts";

export type Course = {
  readonly lessons: readonly Lesson[];
  readonly passages: readonly Passage[];
  readonly titles: readonly Titled[];
  /** Lessons of a batch, and as many titles where there are such. */
  readonly batch: number;
  /** Of a passage, the tokens that training reads. */
  readonly maxTokens: number;
  readonly tokenizer: Tokenizer;
};

type Asked = { readonly text: string; readonly sources: ReadonlySet<string> };

/** Batches without end: every lesson once a round, every titled source once a round, each round in another order. */
export function* batchesOf(course: Course, rng: Rng): Generator<PairBatch, never> {
  const lessons = rounds(course.lessons, rng.fork("lessons"));
  const titles = rounds(bySource(course.titles), rng.fork("titles"));
  const pick = rng.fork("passages");
  const oneOf = <T>(values: readonly T[]): T[] => {
    const at = pick.integer(Math.max(1, values.length));
    return values.slice(at, at + 1);
  };
  for (;;) {
    const asked: Asked[] = [];
    const passages: Passage[] = [];
    for (const { query, sources, right, wrong } of lessons(course.batch)) {
      asked.push({ text: query, sources });
      const places = [...oneOf(right).flatMap((alternatives) => oneOf(alternatives)), ...oneOf(wrong)];
      passages.push(...places.flatMap((place) => course.passages[place] ?? []));
    }
    for (const { title, text, source } of titles(course.batch).flatMap((alternatives) => oneOf(alternatives))) {
      asked.push({ text: title, sources: new Set([source]) });
      passages.push({ source, text });
    }
    yield batchOf(asked, passages, course);
  }
}

/** Hands out so many of the values at a time, all of them once before any comes again; none of none. */
function rounds<T>(values: readonly T[], rng: Rng): (count: number) => T[] {
  let queue: T[] = [];
  return (count) => {
    if (values.length === 0) return [];
    while (queue.length < count) queue = [...queue, ...rng.shuffle(values)];
    return queue.splice(0, count);
  };
}

function bySource(titles: readonly Titled[]): Titled[][] {
  const groups = new Map<string, Titled[]>();
  for (const titled of titles) groups.set(titled.source, [...(groups.get(titled.source) ?? []), titled]);
  return [...groups.values()];
}

/** Whatever passage of a batch is of a right source answers the query, whoever's it was. */
function batchOf(
  asked: readonly Asked[],
  passages: readonly Passage[],
  { tokenizer, maxTokens }: Pick<Course, "tokenizer" | "maxTokens">,
): PairBatch {
  const inputsOf = (texts: readonly string[]): Inputs => {
    const lists = texts.map((text) => tokenizer.encode(text).ids.slice(0, maxTokens));
    const { ids, mask, rows, width } = padBatch(lists);
    return { rows, tokens: width, ids: integers(ids.data), mask: integers(mask.data) };
  };
  const right = asked.flatMap(({ sources }) => passages.map(({ source }) => Number(sources.has(source))));
  return {
    queries: inputsOf(asked.map(({ text }) => text)),
    passages: inputsOf(passages.map(({ text }) => text)),
    right: Float32Array.from(right),
  };
}

function integers(data: unknown): BigInt64Array {
  if (data instanceof BigInt64Array) return data;
  throw new Error("invariant broken: ids are int64");
}
