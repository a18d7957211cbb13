// This file lists every question that the teaching of a task puts to its teacher, without putting any.
import type { Contract } from "@kolm/format";
import { type Context, readSpecRows } from "@kolm/stage";
import { readJobs as readCandidateJobs } from "../candidates/jobs.ts";
import type { Opened } from "../open-teacher.ts";
import type { TeacherOptions } from "../options.ts";
import { readSubjects, requestsFor, writtenSubjects } from "../subjects.ts";
import type { Teacher, TeacherRequest } from "../teacher.ts";
import { readJobs } from "../write/jobs-of-task.ts";
import { writeInputs } from "../write/write.ts";

/** Requests by purpose. unwritten: labels of inputs not yet written, at most, when all that is asked for is new. */
export type Questions = {
  readonly write: readonly TeacherRequest[];
  readonly label: readonly TeacherRequest[];
  readonly candidates: readonly TeacherRequest[];
  readonly measure: readonly TeacherRequest[];
  readonly unwritten: number;
};

/** The questions of the stages teach and baseline. */
export async function questionsOf(
  context: Context<TeacherOptions>,
  contract: Contract,
  { teacher, samples }: Pick<Opened, "teacher" | "samples">,
): Promise<Questions> {
  const given = await readSubjects(context.inputs);
  const jobs = await readJobs(context, given);
  const write = jobs.map(({ request }) => request);
  const isWritten = await areKnown(teacher, write);
  const { maxLength } = contract.input;
  const { rows } = await writeInputs(teacher, isWritten ? jobs : [], { known: given, maxLength, context });
  const wanted = isWritten ? 0 : jobs.reduce((sum, { count }) => sum + count, 0);
  return {
    write,
    label: requestsFor([...given, ...writtenSubjects(rows)], samples),
    candidates: (await readCandidateJobs(context, contract, given)).map(({ request }) => request),
    measure: await measureRequests(context),
    unwritten: wanted * samples,
  };
}

async function areKnown(teacher: Teacher, requests: readonly TeacherRequest[]): Promise<boolean> {
  for (const request of requests) if ((await teacher.tries(request)).at(-1)?.call === undefined) return false;
  return true;
}

async function measureRequests({ inputs, options }: Context<TeacherOptions>): Promise<TeacherRequest[]> {
  if (options.provider === "labels" || options.baseline === "none") return [];
  return (await readSpecRows(inputs, "evals")).map(({ input }) => ({ input, sample: 0 }));
}
