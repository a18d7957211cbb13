// This file defines how a teacher's answers are checked and counted: the task's own checks, the vote, people's labels.
import { compilePattern } from "@kolm/recipe";
import { z } from "zod";

/** A pattern of the recipe language (RE2); it is searched for, so ^ and $ hold it to the whole text. */
export const Pattern = z.string().min(1).refine(isPattern, "expected a pattern in RE2 syntax, such as ^[0-9]{5}$");
const fieldName = z.string().min(1);
const value = z.union([z.string(), z.boolean(), z.null()]);

const Condition = z.union([
  value.describe("A value or a span's text; null: no span."),
  z.array(value).min(1).describe("One of these."),
  z.strictObject({ matches: Pattern }).describe("The text of the value, or of any of its spans, matches."),
  z.strictObject({ present: z.boolean() }).describe("Whether there is a span at all."),
  z.strictObject({ has: z.string() }).describe("Among the spans is one with this label."),
]);
export type Condition = z.infer<typeof Condition>;

/** Conditions by field, all of which must hold. */
const When = z
  .record(fieldName, Condition)
  .refine((when) => Object.keys(when).length > 0, "expected at least one field with what must hold of it");
export type When = z.infer<typeof When>;

/** One thing every answer must satisfy; an abstention satisfies all. */
export const Check = z.union([
  z
    .strictObject({ field: fieldName, matches: Pattern, label: z.string().optional() })
    .describe("The field's text, or that of each of its spans (with this label), matches the pattern."),
  z.strictObject({ when: When, must: When }).describe("Where the first holds, the second must."),
  z.strictObject({ never: When }).describe("Never hold together."),
]);
export type Check = z.infer<typeof Check>;

export const checks = z
  .array(Check)
  .max(256)
  .optional()
  .describe("What every answer must satisfy; one that does not is no vote.");

/** Options of every teacher whose answers are counted. */
export const voting = {
  checks,
  vote: z
    .enum(["majority", "weighted"])
    .default("majority")
    .describe("weighted: a sample or column counts by how often it agrees with the others (Dawid and Skene, 1979)."),
  humanLabels: z
    .enum(["teacher", "keep"])
    .default("teacher")
    .describe(
      "What is learnt where people labelled an example: the teacher's answer, or theirs. Disagreement is listed either " +
        'way; a row that says "reviewed": true and one whose label is null always keep their label.',
    ),
};

function isPattern(source: string): boolean {
  try {
    compilePattern(source, false);
    return true;
  } catch {
    return false;
  }
}
