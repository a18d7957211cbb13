// This file defines a line of the payloads file: what is known of a passage, picture or sound.
import { z } from "zod";

/** Filters match on `meta`, on the start of `source`, and on `kind`; with ship: payload-digests there is no text. */
export const RecallPayload = z.strictObject({
  id: z.string().min(1),
  source: z.string(),
  title: z.string().optional(),
  kind: z.enum(["text", "image", "audio"]),
  text: z.string().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  start: z.int().min(0).optional(),
  end: z.int().min(0).optional(),
  meta: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type RecallPayload = z.infer<typeof RecallPayload>;
