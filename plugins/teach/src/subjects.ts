// This file says what a run asks the teacher about: examples, inputs without answers, and inputs it wrote itself.
import type { Output } from "@kolm/format";
import { type Inputs, readSpecRows, readUnlabelled } from "@kolm/stage";
import type { TeacherRequest } from "./teacher.ts";
import type { Origin } from "./vote/review.ts";

/** One input; label undefined: nobody labelled it. settled: people's word stands and the teacher is not asked. */
export type Subject = {
  readonly id: string;
  readonly input: string;
  readonly from: Origin;
  readonly label?: Output | null;
  readonly settled: boolean;
};

/** Examples, then unlabelled inputs, in the order of their files. */
export async function readSubjects(inputs: Inputs): Promise<Subject[]> {
  const examples = await readSpecRows(inputs, "examples");
  const unlabelled = await readUnlabelled(inputs);
  return [
    // People's word that an input is out of scope stands: it costs nothing, and a teacher may be too eager to answer.
    ...examples.map(({ id, input, output, reviewed }) => ({
      id,
      input,
      from: "examples" as const,
      label: output,
      settled: output === null || reviewed === true,
    })),
    ...unlabelled.map((row) => ({ ...row, from: "unlabelled" as const, settled: false })),
  ];
}

/** Every sample of every subject that is not settled, a subject's samples in a row. */
export function requestsFor(subjects: readonly Subject[], samples: number): TeacherRequest[] {
  const open = subjects.filter(({ settled }) => !settled);
  return open.flatMap(({ input }) => Array.from({ length: samples }, (_, sample) => ({ input, sample })));
}

/** Inputs the teacher wrote, as subjects. */
export function writtenSubjects(
  rows: readonly { readonly id: string; readonly input: string; readonly dropped?: unknown }[],
): Subject[] {
  const kept = rows.filter(({ dropped }) => dropped === undefined);
  return kept.map(({ id, input }) => ({ id, input, from: "written", settled: false }));
}
