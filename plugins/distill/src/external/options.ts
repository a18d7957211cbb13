// This file defines the student.trainer section: a program of the user's that trains in kolm's place.
import { z } from "zod";

const inTask = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[\\/]/).includes(".."), "must lie inside the task folder");

/** What to run and what it may see; plugins/distill/TRAINER.md is the contract. */
export const TrainerOptions = z.strictObject({
  command: z.array(z.string().min(1)).min(1).describe("The program and its arguments; no shell reads them."),
  files: z
    .array(inTask)
    .default([])
    .describe("Files of the task folder the program needs, found below files/ where it runs; a change trains anew."),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a name of an environment variable"))
    .default([])
    .describe("Environment variables it may see beside PATH, HOME, LANG and the like."),
  timeLimit: z.int().min(1).max(2_000_000).default(3_600).describe("Seconds one run may take."),
  settings: z.record(z.string(), z.json()).default({}).describe("Handed over in config.json as they are."),
  version: z.string().max(200).default("").describe("Of a program kolm does not see; a change trains anew."),
});
export type TrainerOptions = z.infer<typeof TrainerOptions>;
