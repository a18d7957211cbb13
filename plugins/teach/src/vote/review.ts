// This file lists the inputs a person should look at: where the teacher contradicts people, itself or the checks.
import { canonicalJson, type Output } from "@kolm/format";
import type { Vote } from "./ballot.ts";

/** Where an input comes from. */
export type Origin = "examples" | "unlabelled" | "written";

/**
 * A line of review.jsonl. why: human, the teacher's answer is not the people's; checks, no answer was fit or passed the
 * checks; self, its samples differ. label and answer are left out where there is none. fields: those in dispute.
 */
export type ReviewRow = {
  readonly id: string;
  readonly input: string;
  readonly from: Origin;
  readonly why: "human" | "checks" | "self";
  readonly label?: Output | null;
  readonly answer?: Output | null;
  readonly votes: readonly Vote[];
  readonly fields: readonly string[];
  /** For human the share of votes for the answer, for self the entropy of the votes over that of all differing; 0 to 1. */
  readonly score: number;
  readonly note?: string;
};

/** One input with what people and the teacher said; label undefined: nobody labelled it. */
export type Judged = {
  readonly id: string;
  readonly input: string;
  readonly from: Origin;
  readonly label?: Output | null;
  readonly votes: readonly Vote[];
  /** How many usable answers the votes were counted from. */
  readonly samples: number;
  readonly note?: string;
};

const RANK = { human: 0, checks: 1, self: 2 } as const;

/** The rows in dispute, the most informative first: a sure teacher against people, then no answer, then a split vote. */
export function reviewList(judged: readonly Judged[]): ReviewRow[] {
  const rows = judged.flatMap(rowOf);
  return rows.sort((a, b) => RANK[a.why] - RANK[b.why] || b.score - a.score || (a.id < b.id ? -1 : 1));
}

function rowOf({ id, input, from, label, votes, samples, note }: Judged): ReviewRow[] {
  const [winner] = votes;
  const known = { id, input, from, ...(label === undefined ? {} : { label }), votes };
  if (winner === undefined)
    return [{ ...known, why: "checks", fields: [], score: 1, ...(note === undefined ? {} : { note }) }];
  const answered = { ...known, answer: winner.output };
  if (label !== undefined && canonicalJson(label) !== canonicalJson(winner.output)) {
    const fields = disputed([label, winner.output]);
    return [{ ...answered, why: "human", fields, score: rounded(winner.count / total(votes)) }];
  }
  if (votes.length === 1) return [];
  const fields = disputed(votes.map(({ output }) => output));
  return [{ ...answered, why: "self", fields, score: rounded(entropyOf(votes) / Math.log(Math.max(2, samples))) }];
}

/** Fields whose values differ among the answers; none when one of them is an abstention. */
function disputed(outputs: readonly (Output | null)[]): string[] {
  const given = outputs.filter((output) => output !== null);
  if (given.length < outputs.length) return [];
  const fields = Object.keys(given[0] ?? {}).sort();
  return fields.filter((field) => new Set(given.map((output) => canonicalJson(output[field] ?? null))).size > 1);
}

function entropyOf(votes: readonly Vote[]): number {
  const all = total(votes);
  return votes.reduce((sum, { count }) => sum - (count / all) * Math.log(count / all), 0);
}

const total = (votes: readonly Vote[]): number => votes.reduce((sum, { count }) => sum + count, 0);
const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
