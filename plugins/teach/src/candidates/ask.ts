// This file has the teacher write the programs of the jobs and puts down what came, unread.
import type { Context } from "@kolm/stage";
import { mapConcurrent } from "../concurrent.ts";
import type { TeacherOptions } from "../options.ts";
import type { Composed, Teacher } from "../teacher.ts";
import type { Job } from "./jobs.ts";

/**
 * A line of candidates.jsonl. text: the program as the teacher wrote it, which nothing has looked at yet; note: why there
 * is none. seen: ids of the examples the teacher was shown.
 */
export type CandidateRow = {
  readonly field: string;
  readonly by: string;
  readonly seen: readonly string[];
  readonly text?: string;
  readonly note?: string;
};
export type Written = { readonly rows: readonly CandidateRow[]; readonly composed: readonly Composed[] };

/** UTF-16 units of the longest program that is kept. */
const LONGEST = 65_536;

/** Does the jobs; a row for each, in their order. */
export async function writeCandidates(
  teacher: Teacher,
  jobs: readonly Job[],
  { report, signal }: Pick<Context<TeacherOptions>, "report" | "signal">,
): Promise<Written> {
  if (jobs.length === 0) return { rows: [], composed: [] };
  const { known, toAsk } = await teacher.forecast(jobs.map(({ request }) => request));
  const message = `${teacher.name.model} writes programs: ${known} answers known, ${toAsk} to ask`;
  let done = 0;
  const composed = await mapConcurrent(jobs, { limit: teacher.concurrency, signal }, async ({ request }) => {
    const one = await teacher.compose(request);
    report({ message, done: ++done, total: jobs.length });
    return one;
  });
  const rows = composed.flatMap((one, index): CandidateRow[] => {
    const job = jobs[index];
    return job === undefined ? [] : [{ field: job.field, by: teacher.name.model, seen: job.seen, ...programIn(one) }];
  });
  return { rows, composed };
}

function programIn(composed: Composed): Pick<CandidateRow, "text" | "note"> {
  if (composed.status === "invalid") return { note: composed.note };
  const { value } = composed;
  const program = typeof value === "object" && value !== null && "program" in value ? value.program : undefined;
  // Servers that no schema holds may send the list itself.
  const text = typeof program === "object" && program !== null ? JSON.stringify(program) : program;
  if (typeof text !== "string") return { note: 'the answer lacks the key "program"' };
  if (text.length > LONGEST) return { note: `the program has ${text.length} characters, at most ${LONGEST} are kept` };
  // Canonical JSON cannot hold half of a surrogate pair.
  return { text: text.replace(/\p{Surrogate}/gu, "\uFFFD") };
}
