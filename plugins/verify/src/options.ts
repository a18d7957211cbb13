// This file defines the gate section of a task: the floors an artifact must reach before it is sealed.
import { z } from "zod";

const share = z.number().min(0).max(1);

/** The gate section of task.yaml. */
export const GateOptions = z
  .strictObject({
    k: share.default(0.7).describe("Lowest K-score that may ship."),
    accuracy: share
      .default(0.8)
      .describe("Lowest accuracy over the answered evals; a harmonic mean alone would let a poor one pass."),
    coverage: share.optional().describe("Lowest share of in-scope evals that are answered rather than abstained."),
    on: z
      .enum(["point", "lower"])
      .default("point")
      .describe("lower: the lower end of each 95 % interval must reach the floor, not just the point."),
    ablation: z.boolean().default(true).describe("Also score recipes, student, recall and bare base alone."),
  })
  .prefault({});
export type GateOptions = z.infer<typeof GateOptions>;
