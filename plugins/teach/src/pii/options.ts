// This file defines what is blacked out of an input before it leaves for a teacher.
import { z } from "zod";
import { Pattern } from "../vote/options.ts";

export const KINDS = ["email", "phone", "card", "iban", "ssn", "ip", "url"] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that are known, and patterns of the task's own by name. */
export const redact = z
  .strictObject({
    kinds: z.array(z.enum(KINDS)).default([...KINDS]),
    patterns: z
      .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/, "a name is upper-case letters, digits and _"), Pattern)
      .default({})
      .describe("Pieces of the task's own kind, such as PATIENT: MRN-[0-9]{6}."),
  })
  .optional()
  .describe(
    "Replaces private pieces of each input by placeholders such as ⟦EMAIL_1⟧ before it leaves; answers are mapped back here.",
  );
export type RedactOptions = NonNullable<z.infer<typeof redact>>;
