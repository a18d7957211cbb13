// This file learns how far each sample or column of a teacher can be trusted, from how they agree among themselves.
import { canonicalJson } from "@kolm/format";
import type { TeacherAnswer } from "../teacher.ts";

const ROUNDS = 20;
/** No voter counts more than ln(0.999 / 0.001), and none less than one hundredth. */
const SUREST = 0.999;

/** As many other answers as a wrong one is taken to be spread over, at most. */
const ALTERNATIVES = 1000;

/**
 * A weight in hundredths for each of `voters` answers to every input: by how much its vote shifts the log odds of an
 * answer, with one accuracy a voter and wrong answers spread evenly over the others that were ever given; estimated by
 * expectation maximisation (Dawid and Skene, Applied Statistics 28, 1979).
 */
export function voterWeights(ballots: readonly (readonly TeacherAnswer[])[], voters: number): number[] {
  const keys = ballots.map(keysOf);
  const rows = keys.filter((row) => row.filter((key) => key !== undefined).length > 1);
  const others = Math.min(ALTERNATIVES, Math.max(1, new Set(keys.flat().filter((key) => key !== undefined)).size - 1));
  const weigh = (share: number): number => logOdds(share) + Math.log(others);
  let accuracy = Array.from({ length: voters }, () => 0.8);
  for (let round = 0; round < ROUNDS; round++) accuracy = maximise(rows, accuracy.map(weigh), voters);
  return accuracy.map((share) => Math.max(1, Math.round(100 * weigh(share))));
}

/** Each voter's expected share of right answers, given how sure the weighted vote is of each answer. */
function maximise(
  rows: readonly (readonly (string | undefined)[])[],
  weights: readonly number[],
  voters: number,
): number[] {
  // One right and one wrong answer for each voter stand for what is known before any vote.
  const right = Array.from({ length: voters }, () => 1);
  const given = Array.from({ length: voters }, () => 2);
  for (const keys of rows) {
    const belief = beliefIn(keys, weights);
    for (const [voter, key] of keys.entries()) {
      if (key === undefined) continue;
      right[voter] = (right[voter] ?? 0) + (belief.get(key) ?? 0);
      given[voter] = (given[voter] ?? 0) + 1;
    }
  }
  return right.map((sum, voter) => sum / (given[voter] ?? 1));
}

function beliefIn(keys: readonly (string | undefined)[], weights: readonly number[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const [voter, key] of keys.entries())
    if (key !== undefined) scores.set(key, (scores.get(key) ?? 0) + (weights[voter] ?? 0));
  const highest = Math.max(...scores.values());
  const shares = [...scores].map(([key, score]): [string, number] => [key, Math.exp(score - highest)]);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  return new Map(shares.map(([key, share]) => [key, share / total]));
}

function keysOf(answers: readonly TeacherAnswer[]): (string | undefined)[] {
  return answers.map((answer) => (answer.status === "valid" ? canonicalJson(answer.output) : undefined));
}

function logOdds(share: number): number {
  const bounded = Math.min(SUREST, Math.max(1 - SUREST, share));
  return Math.log(bounded / (1 - bounded));
}
