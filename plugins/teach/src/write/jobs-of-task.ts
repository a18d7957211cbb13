// This file says what a task wants written, and from what it must keep clear.
import type { Context, Inputs } from "@kolm/stage";
import type { TeacherOptions } from "../options.ts";
import type { Subject } from "../subjects.ts";
import { type Job, jobsOf } from "./jobs.ts";

/** What the teacher is to write, from the examples in scope; none where the section write: is left out. */
export async function readJobs(
  { inputs, options }: Pick<Context<TeacherOptions>, "inputs" | "options">,
  subjects: readonly Subject[],
): Promise<Job[]> {
  if (!("write" in options) || options.write === undefined) return [];
  const { text } = await inputs.json<{ readonly text: string }>("spec/description.json");
  const seeds = subjects.filter(({ from, label }) => from === "examples" && label !== null);
  return jobsOf(options.write, { description: text, seeds });
}

/** Inputs of the evals, which nothing written may come near; the spec stage puts them down where a task writes. */
export async function readHeldOut(inputs: Inputs): Promise<string[]> {
  if (!(await inputs.has("spec/held-out.jsonl"))) return [];
  const lines = new TextDecoder().decode(await inputs.bytes("spec/held-out.jsonl")).split("\n");
  // The spec stage wrote them.
  return lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as { readonly input: string }).input);
}
