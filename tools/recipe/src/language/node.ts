// This file is the schema of one node of a recipe: the closed list of operations and their fields (SPEC.md §3).
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { VALUE_KINDS } from "../parse/value.ts";
import { SHOWN_KINDS } from "../parse/show/show.ts";
import { RUN_KINDS } from "../text/runs.ts";

const ref = z
  .int()
  .min(0)
  .max(LIMITS.nodes - 1);
const refs = z.array(ref).min(1).max(LIMITS.operands);
const literal = z.string().max(LIMITS.literal);
const phrase = z.string().min(1).max(256);
const phrases = z.array(phrase).min(1).max(LIMITS.phrases);
const position = z.int().min(-LIMITS.input).max(LIMITS.input);
const pattern = z.string().min(1).max(LIMITS.patternBytes);
const group = z.int().min(0).max(16).optional();
const fold = z.literal(true).optional();
const entry = z.tuple([literal, literal]);
const run = z.enum(RUN_KINDS);
/** Which of several, 0 the first, -1 the last. */
const nth = z
  .int()
  .min(-LIMITS.nth)
  .max(LIMITS.nth - 1);
const separator = z.string().min(1).max(64);
const border = z.union([z.strictObject({ run }), z.strictObject({ text: separator })]).optional();
const seconds = z.int().min(-86_400).max(86_400);

/** What a value is, and what its text does not say (SPEC.md §8.1). */
const valueSettings = {
  as: z.enum(VALUE_KINDS),
  order: z.enum(["dmy", "mdy"]).optional(),
  century: z.int().min(1).max(9900).optional(),
  point: z.literal(",").optional(),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  clock: z.literal(24).optional(),
  reference: ref.optional(),
};

/** Where in the text phrases must stand; "any" when absent. */
const at = z.enum(["start", "end", "whole"]).optional();

export const Node = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("input") }),
  z.strictObject({ op: z.literal("words"), of: ref }),
  z.strictObject({ op: z.literal("text"), value: literal }),
  z.strictObject({ op: z.literal("concat"), of: refs }),
  z.strictObject({ op: z.literal("case"), of: ref, to: z.enum(["lower", "upper", "title", "sentence"]) }),
  z.strictObject({ op: z.literal("trim"), of: ref }),
  z.strictObject({ op: z.literal("replace"), of: ref, find: literal.min(1), with: literal }),
  z.strictObject({ op: z.literal("cut"), of: ref, from: position, to: position.optional() }),
  z.strictObject({ op: z.literal("slice"), of: ref }),
  z.strictObject({ op: z.literal("capture"), of: ref, pattern, group, fold }),
  z.strictObject({ op: z.literal("lookup"), of: ref, table: z.array(entry).min(1).max(LIMITS.tableEntries) }),
  z.strictObject({ op: z.literal("piece"), of: ref, by: separator, at: nth }),
  z.strictObject({ op: z.literal("token"), of: ref, run, at: nth }),
  z.strictObject({ op: z.literal("filter"), of: ref, run, drop: z.literal(true).optional() }),
  z.strictObject({
    op: z.literal("pad"),
    of: ref,
    side: z.enum(["start", "end"]),
    to: z.int().min(1).max(256),
    with: z.string().length(1),
  }),
  z.strictObject({ op: z.literal("place"), of: ref, before: border, after: border, at: nth }),
  z.strictObject({ op: z.literal("sub"), of: ref, left: ref, right: ref }),
  z.strictObject({ op: z.literal("tally"), of: ref, run: run.optional(), find: separator.optional() }),
  z.strictObject({ op: z.literal("numeral"), of: ref }),
  z.strictObject({ op: z.literal("swap"), of: ref, left: ref, right: ref }),
  z.strictObject({ op: z.literal("holds"), left: ref, right: ref }),
  z.strictObject({ op: z.literal("moment"), of: ref, order: z.enum(["mdy", "dmy", "clock"]) }),
  z.strictObject({ op: z.literal("bucket"), of: ref, step: z.int().min(1).max(86_400), from: seconds, add: seconds }),
  z.strictObject({ op: z.literal("show"), of: ref, form: z.string().min(1).max(128) }),
  z.strictObject({ op: z.literal("parse"), of: ref, ...valueSettings }),
  z.strictObject({
    op: z.literal("write"),
    of: ref,
    as: z.enum(SHOWN_KINDS),
    form: z.string().min(1).max(64),
    places: z.int().min(0).max(15).optional(),
    point: z.literal(",").optional(),
  }),
  z.strictObject({ op: z.literal("flag"), value: z.boolean() }),
  z.strictObject({ op: z.literal("test"), of: ref, pattern, fold }),
  z.strictObject({ op: z.literal("contains"), of: ref, any: phrases, at }),
  z.strictObject({ op: z.literal("ngram"), any: phrases, at }),
  z.strictObject({ op: z.literal("equal"), left: ref, right: ref }),
  z.strictObject({ op: z.literal("less"), left: ref, right: ref }),
  z.strictObject({ op: z.literal("and"), of: refs }),
  z.strictObject({ op: z.literal("or"), of: refs }),
  z.strictObject({ op: z.literal("not"), of: ref }),
  z.strictObject({ op: z.literal("exists"), of: ref }),
  z.strictObject({ op: z.literal("number"), value: z.int() }),
  z.strictObject({ op: z.literal("length"), of: ref }),
  z.strictObject({ op: z.literal("count"), of: ref }),
  z.strictObject({ op: z.literal("find"), pattern, group, fold }),
  z.strictObject({ op: z.literal("spot"), ...valueSettings }),
  z.strictObject({
    op: z.literal("keep"),
    of: ref,
    side: z.enum(["before", "after"]),
    chars: z.string().min(1).max(256).optional(),
    phrases: phrases.optional(),
    edge: z.literal(true).optional(),
    drop: z.literal(true).optional(),
  }),
  z.strictObject({ op: z.literal("pick"), of: ref, at: z.enum(["only", "first", "last"]) }),
  z.strictObject({ op: z.literal("label"), of: ref, label: z.string().min(1).max(128) }),
  z.strictObject({ op: z.literal("merge"), of: z.array(ref).max(LIMITS.operands) }),
  z.strictObject({ op: z.literal("null") }),
  z.strictObject({ op: z.literal("abstain") }),
  z.strictObject({ op: z.literal("when"), if: ref, give: ref }),
  z.strictObject({ op: z.literal("if"), if: ref, give: ref, else: ref }),
  z.strictObject({ op: z.literal("first"), of: refs }),
]);
export type Node = z.infer<typeof Node>;
export type Op = Node["op"];
export type NodeOf<O extends Op> = Extract<Node, { op: O }>;
