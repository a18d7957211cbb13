// This file defines which new inputs a teacher writes from the description and the examples.
import { z } from "zod";

const most = 10_000;

export const write = z
  .strictObject({
    paraphrases: z.int().min(0).max(20).default(0).describe("Of each seed: other words, the same right answer."),
    hardNegatives: z.int().min(0).max(most).default(0).describe("In all: alike at first sight, another right answer."),
    outOfScope: z.int().min(0).max(most).default(0).describe("In all: inputs on which the right answer is to abstain."),
    personas: z
      .array(z.string().min(1).max(500))
      .max(100)
      .default([])
      .describe("People in whose words inputs are written."),
    perPersona: z.int().min(1).max(100).default(5),
    noise: z.boolean().default(false).describe("Of each seed one variant with slips of typing and speech."),
    seeds: z.int().min(1).max(most).default(100).describe("At most so many examples serve as seeds of variants."),
    rationales: z
      .boolean()
      .default(false)
      .describe("Ask why each input was written; kept in written.jsonl, never learnt."),
  })
  .optional()
  .describe("New inputs by the teacher, without duplicates and leaks from evals, labelled by the same teacher.");
export type WriteOptions = NonNullable<z.infer<typeof write>>;
