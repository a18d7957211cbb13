// This file defines student.json: how an adapter and its heads sit on an encoder, and how their outputs are read.
import { z } from "zod";

const name = z.string().min(1).max(128);
/** Sealed JSON has no fractions as numbers. */
const decimal = z.string().regex(/^(0|[1-9]\d{0,8})(\.\d{1,18})?$/, "a decimal is digits, at most one point, no sign");
const signed = z.string().regex(/^-?(0|[1-9]\d{0,8})(\.\d{1,18})?$/, "a signed decimal is digits, at most one point");
const unit = decimal.refine((text) => Number(text) <= 1, "a threshold is at most 1");

/** What a head decides: a field of the contract, or whether the input is one for this task at all. */
export const HeadKind = z.enum(["enum", "boolean", "span", "spans", "scope"]);
export type HeadKind = z.infer<typeof HeadKind>;

/** labels in class order; boolean: ["false", "true"]; scope: "in" and "out" in either order; span: the field's name. */
export const Head = z
  .strictObject({
    name,
    field: name,
    kind: HeadKind,
    labels: z.array(name).min(1).max(1024),
    temperature: decimal.refine((text) => Number(text) > 0, "a temperature is over 0"),
    /** No span it learnt from cut a word, so none it reads does. */
    wholeWords: z.literal(true).optional(),
  })
  .refine(
    ({ kind, labels }) => kind !== "boolean" || labels.join() === "false,true",
    'the labels of a boolean are "false", "true"',
  )
  .refine(
    ({ kind, labels }) => kind !== "scope" || [...labels].sort().join() === "in,out",
    'the labels of scope are "in" and "out"',
  )
  .refine(({ kind, labels }) => kind !== "span" || labels.length === 1, "a span has one label");
export type Head = z.infer<typeof Head>;

/** layers/adapter/student.json. */
export const StudentFile = z.strictObject({
  encoder: z.strictObject({ ids: name, mask: name, pooled: name, tokens: name }),
  lora: z
    .strictObject({ rank: z.int().min(1), alpha: z.union([z.int().min(1), decimal]), targets: z.array(name).min(1) })
    .nullable(),
  /**
   * Smaller weights: the model has adapter and heads inside. Mean record score of students in float32 and in this form on the same
   * held-out rows.
   */
  weights: z
    .strictObject({ format: z.enum(["int8", "int4"]), rows: z.int().min(0), fp32: unit, shipped: unit })
    .optional(),
  heads: z.array(Head).min(1),
  /** How a record's confidence follows from that of its least sure part: see sureness.ts. */
  sureness: z.strictObject({ slope: decimal.refine((text) => Number(text) > 0, "a slope is over 0"), offset: signed }),
  /** Below either the runtime abstains. */
  thresholds: z.strictObject({ confidence: unit, scope: unit }),
  maxTokens: z.int().min(2),
});
export type StudentFile = z.infer<typeof StudentFile>;

/** Classes of a head's linear layer: one a label, or outside plus begin and continue for each label of a token head. */
export function classesOf({ kind, labels }: Pick<Head, "kind" | "labels">): number {
  return isTokenHead(kind) ? 1 + 2 * labels.length : labels.length;
}

/** Token heads tag every token; the others read the pooled vector. */
export const isTokenHead = (kind: HeadKind): boolean => kind === "span" || kind === "spans";
