// This file defines task.yaml: the sections every task has, joined with the options of each stage.
import { Field } from "@kolm/format";
import { z, type ZodType } from "zod";
import type { Stage } from "../contract.ts";
import { DeviceSection } from "./device.ts";

const taskFile = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[\\/]/).includes(".."), "must lie inside the task folder");

/** Names become file names and Nx project names. */
export const TaskName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a name is lower-case letters, digits and -");

const common = {
  name: TaskName.describe("Names the artifact and the Nx project."),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "three numbers like 1.0.0")
    .default("1.0.0"),
  description: z
    .string()
    .min(10, "say in a sentence what the task does")
    .describe("What the task does; the teacher reads it."),
  input: z
    .strictObject({ type: z.literal("text").default("text"), maxLength: z.int().min(1).max(65_536).default(4000) })
    .prefault({}),
  output: z.record(
    z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "a field name is lower-case letters, digits and _"),
    Field,
  ),
  base: z
    .string()
    .optional()
    .describe("Which base of kolm.workspace.yaml the student and recall stand on; the first when not given."),
  examples: taskFile.default("examples.jsonl").describe("Rows {input, output} the student learns from."),
  evals: taskFile.default("evals.jsonl").describe("Held-out rows {input, output}; no stage trains on them."),
  golden: taskFile.optional().describe("Rows that must all be right, whatever K is."),
  unlabelled: taskFile
    .optional()
    .describe('Inputs without answers: JSONL rows {"input"}, or plain text with one input a line.'),
  corpus: taskFile.optional().describe("A folder of documents that recall may return."),
  device: DeviceSection,
};

/** The schema of task.yaml for these stages; each stage's options stand under its section. */
export function taskFileSchema(stages: readonly Stage[]): ZodType<TaskFile> {
  const sections = Object.fromEntries(
    stages.filter(({ section }) => section !== "").map(({ section, options }) => [section, optional(options)]),
  );
  // The stage sections are known only at run time; their own schemas have checked them.
  return z.strictObject({ ...common, ...sections }) as unknown as ZodType<TaskFile>;
}

/** A section that is left out is an empty one, unless its schema says what else. */
function optional(options: ZodType): ZodType {
  return options.safeParse(undefined).success ? options : options.prefault({});
}

const Common = z.strictObject(common);
export type TaskFile = z.infer<typeof Common> & { readonly [section: string]: unknown };
