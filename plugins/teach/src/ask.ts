// This file puts all questions of a run to the teacher, some at a time, and reports how far it is.
import { KolmError } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { mapConcurrent } from "./concurrent.ts";
import type { TeacherOptions } from "./options.ts";
import type { Teacher, TeacherAnswer, TeacherRequest } from "./teacher.ts";

/** Answers in the order of the requests; KolmError TEACHER_INVALID when not one of them fits the task. */
export async function ask(
  teacher: Teacher,
  requests: readonly TeacherRequest[],
  { report, signal }: Context<TeacherOptions>,
): Promise<TeacherAnswer[]> {
  const { known, toAsk } = await teacher.forecast(requests);
  const message = `${teacher.name.model}: ${known} answers known, ${toAsk} to ask`;
  report({ message, done: 0, total: requests.length });
  let done = 0;
  const answers = await mapConcurrent(requests, { limit: teacher.concurrency, signal }, async (request) => {
    const answer = await teacher.answer(request);
    report({ message, done: ++done, total: requests.length });
    return answer;
  });
  checkAnyValid(teacher, answers);
  return answers;
}

// A teacher that never fits the contract is a wrong column, model or schema, not a noisy teacher.
function checkAnyValid({ name }: Teacher, answers: readonly TeacherAnswer[]): void {
  const first = answers.find(({ status }) => status === "invalid");
  if (first?.status !== "invalid" || answers.some(({ status }) => status === "valid")) return;
  throw new KolmError(
    "TEACHER_INVALID",
    `none of ${answers.length} answers of ${name.model} fits the task; the first: ${first.note}`,
    { hint: "Compare the output fields in task.yaml with what the teacher answers." },
  );
}
