// This file turns a zod schema into the JSON Schema that is published for it.
import { z } from "zod";

/** Draft 2020-12; what it cannot say (refinements such as the order of layers, canonical form) is in SPEC.md. */
export function documentSchema(type: z.ZodType, title: string): object {
  const { $schema, ...rest } = z.toJSONSchema(type, { unrepresentable: "any" });
  return { $schema, title, ...rest };
}
