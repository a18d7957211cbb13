// This file counts the answers of several samples of a teacher, or of several teachers, to one input.
import { canonicalJson, type Output } from "@kolm/format";
import type { TeacherAnswer } from "../teacher.ts";
import type { Checker } from "./check.ts";
import { sharesOf } from "./soft.ts";

/**
 * One distinct answer and its votes: how many samples gave it, or hundredths of a vote where samples have weights or
 * probabilities.
 */
export type Vote = { readonly output: Output | null; readonly count: number };

/** Valid answers that break a check become invalid, with the check as the note. */
export function verified(answers: readonly TeacherAnswer[], check: Checker): TeacherAnswer[] {
  return answers.map((answer) => {
    if (answer.status !== "valid") return answer;
    const note = check(answer.output);
    return note === undefined ? answer : { status: "invalid", note, calls: answer.calls };
  });
}

export type Counting = {
  readonly check: Checker;
  /** Of each sample, in hundredths; left out where all count the same. */
  readonly weights?: readonly number[] | undefined;
};

/**
 * Votes for the distinct valid answers, the winner first. Of answers with equal votes the one whose fields the others
 * agree with most goes first, then the one given first.
 */
export function countVotes(answers: readonly TeacherAnswer[], { check, weights }: Counting): Vote[] {
  const isFine = weights !== undefined || answers.some((answer) => answer.status === "valid" && answer.soft);
  const votes = new Map<string, Vote>();
  for (const [sample, answer] of answers.entries()) {
    if (answer.status !== "valid") continue;
    const weight = isFine ? (weights?.[sample] ?? 100) : 1;
    for (const { output, share } of sharesOf(answer, check)) {
      const key = canonicalJson(output);
      votes.set(key, { output, count: (votes.get(key)?.count ?? 0) + weight * share });
    }
  }
  const counted = [...votes.values()]
    .map(({ output, count }) => ({ output, count: Math.round(count) }))
    .filter(({ count }) => count > 0);
  const support = new Map<Vote, number>(counted.map((vote) => [vote, agreementWith(vote, counted)]));
  // Map order is order of first vote and sort is stable, so what still ties stays in that order.
  return counted.sort((a, b) => b.count - a.count || (support.get(b) ?? 0) - (support.get(a) ?? 0));
}

/** Votes that other answers give to the single fields of this one. */
function agreementWith({ output }: Vote, votes: readonly Vote[]): number {
  if (output === null) return 0;
  return votes.reduce((sum, other) => {
    const theirs = other.output;
    if (theirs === null) return sum;
    const same = Object.keys(output).filter((field) => sameValue(output[field], theirs[field])).length;
    return sum + same * other.count;
  }, 0);
}

const sameValue = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);
