// This file defines the teacher section of a task: who answers the examples, at what price and within which budget.
import { z } from "zod";
import { candidates } from "./candidates/options.ts";
import { cassette } from "./cassette/options.ts";
import { redact } from "./pii/options.ts";
import { checks, voting } from "./vote/options.ts";
import { write } from "./write/options.ts";
import { anthropicFields, openaiFields, usd } from "./provider/options.ts";

const file = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[\\/]/).includes(".."), "must lie inside the task folder");
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).max(64)]);

const measured = {
  baseline: z
    .enum(["measure", "none"])
    .default("measure")
    .describe("measure: the teacher answers the evals too, as the baseline of the K-score."),
  declared: z
    .strictObject({ p95LatencyMs: z.number().positive().optional(), costPer1000: usd.optional() })
    .optional()
    .describe("Baseline latency and cost to use where none was measured."),
};

/** Of every teacher that is asked over the network. */
const asked = { ...voting, write, candidates, redact, cassette };

const Labels = z.strictObject({
  provider: z.literal("labels").describe("The examples' own outputs, written by people."),
  checks,
  declared: measured.declared,
});

const Recorded = z.strictObject({
  provider: z.literal("recorded").describe("Answers written down earlier, from JSONL files in the task folder."),
  file: oneOrMore(file).describe("JSONL rows with an input and the column."),
  column: oneOrMore(z.string().min(1))
    .default("output")
    .describe("Where a row holds the answer, such as teacher.gpt-5; several columns vote."),
  missing: z
    .enum(["error", "human"])
    .default("error")
    .describe("human: an example that was never recorded keeps its human label."),
  ...voting,
  ...measured,
});

const OpenAI = z.strictObject({ ...openaiFields, ...asked, ...measured });
const Anthropic = z.strictObject({ ...anthropicFields, ...asked, ...measured });

/** The teacher section of task.yaml; human labels when it is left out. */
export const TeacherOptions = z
  .discriminatedUnion("provider", [Labels, Recorded, OpenAI, Anthropic], {
    error: (issue) =>
      issue.code === "invalid_union" ? "provider must be one of labels, recorded, openai, anthropic" : undefined,
  })
  .prefault({ provider: "labels" });
export type TeacherOptions = z.infer<typeof TeacherOptions>;
export type RecordedOptions = z.infer<typeof Recorded>;
