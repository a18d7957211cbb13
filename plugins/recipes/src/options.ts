// This file is the schema of the recipes section of task.yaml.
import { z } from "zod";

export const RecipesOptions = z.strictObject({
  enabled: z.boolean().default(true).describe("Look for recipes at all."),
  precision: z
    .number()
    .min(0.5)
    .max(0.9999)
    .default(0.98)
    .describe("Wilson 95 % lower bound a recipe's held-out precision must reach."),
  maxRules: z.int().min(1).max(256).default(64).describe("Recipes kept per field."),
  minSupport: z.int().min(2).max(1000).default(5).describe("Examples a shape or phrase needs before it is considered."),
});
export type RecipesOptions = z.infer<typeof RecipesOptions>;
