// This file reads the teacher's answers, the only rows a student learns from.
import type { Output } from "@kolm/format";
import type { Inputs } from "@kolm/stage";

/** One distinct answer and how many of the teacher's samples gave it. */
export type Vote = { readonly output: Output | null; readonly count: number };

/** A row to learn; votes are never empty and their counts are positive. output null: the right behaviour is to abstain. */
export type AnswerRow = {
  readonly id: string;
  readonly input: string;
  readonly output: Output | null;
  readonly votes: readonly Vote[];
};

/** A line of teach/answers.jsonl; a row with a note has no usable answer. */
type AnswerLine = Omit<AnswerRow, "votes"> & { readonly votes?: readonly Vote[]; readonly note?: string };

/** Reads teach/answers.jsonl without the rows that teach nothing. */
export async function readAnswers(inputs: Inputs): Promise<AnswerRow[]> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await inputs.bytes("teach/answers.jsonl"));
  const lines = text.split("\n").filter((line) => line !== "");
  // The teach stage wrote them against the same contract.
  return lines.map((line) => JSON.parse(line) as AnswerLine).flatMap(answerOf);
}

function answerOf({ id, input, output, votes, note }: AnswerLine): AnswerRow[] {
  if (note !== undefined) return [];
  return [{ id, input, output, votes: votes !== undefined && votes.length > 0 ? votes : [{ output, count: 1 }] }];
}
