// This file defines the evidence layer: the examples a student learnt from, as vectors of its own space and their answers.
import { z } from "zod";

/** layers/adapter/evidence.json; vector i of evidence.bin (int8, as RECALL.md has it) is that of rows[i]. */
export const EvidenceFile = z
  .strictObject({
    version: z.literal(1),
    /** ids: no text, and of answers only values from the contract's own lists; full: the example and its whole answer. */
    ship: z.enum(["ids", "full"]),
    dims: z.int().min(1).max(65_536),
    rows: z.array(
      z.strictObject({
        id: z.string().min(1),
        /** null: the right behaviour was to abstain. */
        output: z.record(z.string(), z.json()).nullable(),
        text: z.string().optional(),
      }),
    ),
  })
  .refine(({ ship, rows }) => rows.every(({ text }) => (text !== undefined) === (ship === "full")), {
    message: "texts do not ship as the file says",
  });
export type EvidenceFile = z.infer<typeof EvidenceFile>;
