// This file defines what a task's answers look like: the input limits and the typed fields of its output.
import { z } from "zod";

const fieldName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "a field name is lower-case letters, digits and _");
const label = z.string().min(1).max(128);
const description = z.string().max(2000).optional();

/** One value out of a closed list. */
export const EnumField = z.strictObject({
  type: z.literal("enum"),
  values: z.array(label).min(2).max(1024),
  description,
});
/** true or false. */
export const BooleanField = z.strictObject({ type: z.literal("boolean"), description });
/** One piece of the input, letter for letter, or null when the input has none. */
export const SpanField = z.strictObject({ type: z.literal("span"), description });
/** Every piece of the input that is one of the labelled kinds, in order, never overlapping. */
export const SpansField = z.strictObject({
  type: z.literal("spans"),
  labels: z.array(label).min(1).max(256),
  description,
});

/** A text computed from the input by a recipe; a student gives none. */
const TextField = z.strictObject({ type: z.literal("text"), description });

/** What of the task's corpus answers the input: file names, best first; recall gives them. */
const RetrievalField = z.strictObject({
  type: z.literal("retrieval"),
  /** At most so many are given. */
  k: z.int().min(1).max(100).default(3),
  description,
});

export const Field = z.discriminatedUnion("type", [
  EnumField,
  BooleanField,
  SpanField,
  SpansField,
  TextField,
  RetrievalField,
]);
export type Field = z.infer<typeof Field>;

/** What the task reads and answers; sealed into the artifact so that any runtime checks the same. */
export const Contract = z.strictObject({
  input: z.strictObject({ type: z.literal("text"), maxLength: z.int().min(1).max(65_536) }),
  output: z.record(fieldName, Field).refine((fields) => Object.keys(fields).length > 0, "at least one output field"),
});
export type Contract = z.infer<typeof Contract>;

/** A piece of the input: UTF-16 offsets, end exclusive; text === input.slice(start, end). */
export type Span = { readonly start: number; readonly end: number; readonly text: string };
export type LabelledSpan = Span & { readonly label: string };

/**
 * The value of one field: enum and text → string, boolean, span → Span or null, spans → list in order of occurrence,
 * retrieval → file names, best first, one at least.
 */
export type FieldValue = string | boolean | Span | null | readonly LabelledSpan[] | readonly string[];

/** True for the value of a retrieval field. */
export const isSources = (value: FieldValue | undefined): value is readonly string[] =>
  Array.isArray(value) && typeof value[0] === "string";

/** A whole answer, one value a field. */
export type Output = Readonly<Record<string, FieldValue>>;
/** An example, eval or golden case; output null means the right behaviour is to abstain. */
export type Row = { readonly input: string; readonly output: Output | null };
