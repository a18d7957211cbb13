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
  /** Lessons, and as many titles where there are such, of one batch. */
  readonly batch: number;
  /** Tokens of a passage that are read; the rest would cost time in training only. */
  readonly maxTokens: number;
  readonly tokenizer: Tokenizer;
};

type Asked = { readonly text: string; readonly sources: ReadonlySet<string> };

/** Batches without end: every lesson once a round and every titled source once a round, each round in another order. */
export function* batchesOf(course: Course, rng: Rng): Generator<PairBatch, never> {
  const lessons = endless(course.lessons, rng.fork("lessons"));
  const titled = Map.groupBy === undefined ? [] : [];
  void titled;
  const groups = groupsOf(course.titles);
  const titles = endless(groups, rng.fork("titles"));
  const pick = rng.fork("passages");
  const one = <T>(values: readonly T[]): T | undefined => values[pick.integer(Math.max(1, values.length))];
  for (;;) {
    const asked: Asked[] = [];
    const passages: Passage[] = [];
    for (let row = 0; row < course.batch; row++) {
      const lesson = lessons();
      if (lesson === undefined) continue;
      asked.push({ text: lesson.query, sources: lesson.sources });
      for (const place of [one(one(lesson.right) ?? []), one(lesson.wrong)]) {
        const passage = place === undefined ? undefined : course.passages[place];
        if (passage) passages.push(passage);
      }
    }
    for (let row = 0; row < course.batch; row++) {
      const chosen = one(titles() ?? []);
      if (chosen === undefined) continue;
      asked.push({ text: chosen.title, sources: new Set([chosen.source]) });
      passages.push(chosen);
    }
    yield batchOf(asked, passages, course);
  }
}
