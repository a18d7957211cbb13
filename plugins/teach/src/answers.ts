// This file turns a teacher's answers to one input into the row the student learns from.
import { canonicalJson, type Output } from "@kolm/format";
import type { SpecRow } from "@kolm/stage";
import type { TeacherAnswer } from "./teacher.ts";
import type { Vote } from "./vote/ballot.ts";

/**
 * A line of answers.jsonl. output null without a note: the right behaviour is to abstain; with a note: there is no
 * usable answer, and the row teaches nothing. votes stand only when the teacher was asked more than once.
 */
export type AnswerRow = {
  readonly id: string;
  readonly input: string;
  readonly output: Output | null;
  readonly origin: "human" | "teacher";
  readonly votes?: readonly Vote[];
  readonly note?: string;
};

/** The row with the label that people gave it. */
export function humanAnswer({ id, input, output }: SpecRow): AnswerRow {
  return { id, input, output, origin: "human" };
}

/** The row with the answer that won the vote. */
export function teacherAnswer(
  { id, input }: { readonly id: string; readonly input: string },
  answers: readonly TeacherAnswer[],
  votes: readonly Vote[],
): AnswerRow {
  const [winner] = votes;
  if (winner === undefined) return { id, input, output: null, origin: "teacher", note: firstNote(answers) };
  return {
    id,
    input,
    output: winner.output,
    origin: "teacher",
    ...(answers.length > 1 || votes.length > 1 ? { votes } : {}),
  };
}

/** True when two answers are the same in every field. */
export function sameOutput(a: Output | null, b: Output | null): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** Why there is no usable answer. */
export function firstNote(answers: readonly TeacherAnswer[]): string {
  for (const answer of answers) if (answer.status !== "valid") return answer.note;
  return "no answer";
}
