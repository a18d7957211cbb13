// This file defines which fields a teacher writes candidate programs for.
import { z } from "zod";

export const candidates = z
  .strictObject({
    fields: z
      .array(z.string().min(1))
      .min(1)
      .max(64)
      .optional()
      .describe("Output fields to write programs for; all of them when left out."),
    perField: z.int().min(1).max(16).default(3).describe("Programs asked for a field, one a call."),
  })
  .optional()
  .describe("Programs by the teacher in the recipe language, which the recipes stage checks, repairs and certifies.");
export type CandidateOptions = NonNullable<z.infer<typeof candidates>>;
