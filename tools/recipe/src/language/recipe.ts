// This file is the schema of a recipe and of a pack, the JSON that is sealed into an artifact (SPEC.md §2).
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { Node } from "./node.ts";

/** What the last node gives: the value of a field, or with "marks" some spans of a spans field, not all of them. */
export const Gives = z.enum(["enum", "boolean", "text", "span", "spans", "marks"]);
export type Gives = z.infer<typeof Gives>;

/** One deterministic program; nodes refer only to lower indices and the last one is the result. */
export const Recipe = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._/-]{0,95}$/, "an id is up to 96 lower-case letters, digits and . _ / -"),
  field: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "a field name is lower-case letters, digits and _"),
  gives: Gives,
  nodes: z.array(Node).min(1).max(LIMITS.nodes),
  note: z.string().max(500).optional(),
});
export type Recipe = z.infer<typeof Recipe>;

export const PACK_FORMAT = "kolm/recipes-1";

/** Recipes in order of preference: the first of a field to give a value decides it. */
export const PackFile = z.strictObject({
  format: z.literal(PACK_FORMAT),
  recipes: z.array(Recipe).max(LIMITS.recipes),
});
export type PackFile = z.infer<typeof PackFile>;
