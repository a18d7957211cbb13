// This file has the teacher write new inputs and keeps those that are new.
import type { Context } from "@kolm/stage";
import { heldOutFrom, rowId } from "@kolm/stage";
import { z } from "zod";
import { mapConcurrent } from "../concurrent.ts";
import type { TeacherOptions } from "../options.ts";
import type { Composed, Teacher } from "../teacher.ts";
import type { Job, Kind, Seed } from "./jobs.ts";
import { readHeldOut } from "./jobs-of-task.ts";
import { type Refusal, sieve } from "./sieve.ts";

/** A line of written.jsonl, the record beside: where an input comes from and why it was left out, if it was. */
export type WrittenRow = {
  readonly id: string;
  readonly input: string;
  readonly kind: Kind;
  readonly seeds: readonly string[];
  readonly why?: string;
  readonly dropped?: Refusal;
};
export type Written = { readonly rows: readonly WrittenRow[]; readonly composed: readonly Composed[] };

const Inputs = z.object({ inputs: z.array(z.object({ text: z.string(), why: z.string().optional() })) });

type Beside = {
  /** Inputs that are there already. */
  readonly known: readonly Seed[];
  readonly maxLength: number;
  readonly context: Pick<Context<TeacherOptions>, "inputs" | "report" | "signal">;
};

/** Does the jobs; what a job gives that is no list of inputs counts as nothing written. */
export async function writeInputs(
  teacher: Teacher,
  jobs: readonly Job[],
  { known, maxLength, context }: Beside,
): Promise<Written> {
  if (jobs.length === 0) return { rows: [], composed: [] };
  const { inputs, report, signal } = context;
  const requests = jobs.map(({ request }) => request);
  const { known: answered, toAsk } = await teacher.forecast(requests);
  const message = `${teacher.name.model} writes inputs: ${answered} answers known, ${toAsk} to ask`;
  let done = 0;
  const composed = await mapConcurrent(requests, { limit: teacher.concurrency, signal }, async (request) => {
    const one = await teacher.compose(request);
    report({ message, done: ++done, total: requests.length });
    return one;
  });
  const isHeldOut = heldOutFrom(await readHeldOut(inputs));
  const refuse = sieve(
    known.map(({ input }) => input),
    { isHeldOut, maxLength },
  );
  const rows = jobs.flatMap((job, index) =>
    textsOf(composed[index], job.count).map(({ text, why }): WrittenRow => {
      const dropped = refuse(text, job.kind === "noise");
      const { kind, seeds } = job;
      const reason = why === undefined ? {} : { why };
      return { id: rowId(text), input: text, kind, seeds, ...reason, ...(dropped === undefined ? {} : { dropped }) };
    }),
  );
  return { rows, composed };
}

// Canonical JSON cannot hold half of a surrogate pair.
const whole = (text: string): string => text.trim().replace(/\p{Surrogate}/gu, "\uFFFD");

function textsOf(composed: Composed | undefined, count: number): { text: string; why?: string }[] {
  if (composed?.status !== "composed") return [];
  const parsed = Inputs.safeParse(composed.value);
  const inputs = parsed.success ? parsed.data.inputs.slice(0, count) : [];
  return inputs.map(({ text, why }) => ({ text: whole(text), ...(why === undefined ? {} : { why: whole(why) }) }));
}
