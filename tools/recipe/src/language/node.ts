// This file is the schema of one node of a recipe: the closed list of operations, their fields, what each gives (SPEC.md §3).
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { VALUE_KINDS } from "../parse/value.ts";
import { SHOWN_KINDS } from "../parse/show/show.ts";
import { TOKEN_FEATURES } from "../text/contexts.ts";
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
/** A canonical decimal, as in SPEC.md §8.11. */
const decimal = z.string().regex(/^(?:0|-?(?:[1-9][0-9]{0,14}(?:\.[0-9]{0,14}[1-9])?|0\.[0-9]{0,14}[1-9]))$/);
const seconds = z.int().min(-86_400).max(86_400);

/** Contexts of a token, keys of rules about them (SPEC.md §10). */
const part = z.tuple([z.enum(TOKEN_FEATURES), z.int().min(-LIMITS.reach).max(LIMITS.reach)]);
const contexts = z.array(z.array(part).min(1).max(LIMITS.contextParts)).min(1).max(LIMITS.contexts);
const keys = z.array(z.string().min(1).max(1024)).max(LIMITS.tableEntries);

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
  lean: z.enum(["past", "future"]).optional(),
};

/** Where in the text phrases must stand; "any" when absent. */
const at = z.enum(["start", "end", "whole"]).optional();

export const Node = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("input") }).describe("the whole input text"),
  z
    .strictObject({ op: z.literal("words"), of: ref })
    .describe("the text in lower case, only words, one space before, between and after them"),
  z.strictObject({ op: z.literal("text"), value: literal }).describe("this literal text"),
  z.strictObject({ op: z.literal("concat"), of: refs }).describe("the texts joined in order"),
  z
    .strictObject({ op: z.literal("case"), of: ref, to: z.enum(["lower", "upper", "title", "sentence"]) })
    .describe("the text in another case; title capitalises each word, sentence the first letter only"),
  z.strictObject({ op: z.literal("trim"), of: ref }).describe("the text without white space at its ends"),
  z
    .strictObject({ op: z.literal("replace"), of: ref, find: literal.min(1), with: literal })
    .describe("the text with every occurrence of find replaced"),
  z
    .strictObject({ op: z.literal("cut"), of: ref, from: position, to: position.optional() })
    .describe("the units from..to of the text, negative numbers counting from its end"),
  z.strictObject({ op: z.literal("slice"), of: ref }).describe("the text of a span; of null: nothing"),
  z
    .strictObject({ op: z.literal("capture"), of: ref, pattern, group, fold })
    .describe("the group (0: all) of the first match of a regular expression; no match: nothing"),
  z
    .strictObject({ op: z.literal("lookup"), of: ref, table: z.array(entry).min(1).max(LIMITS.tableEntries) })
    .describe("the value of the key equal to the text, else nothing; keys unique and sorted by code units"),
  z
    .strictObject({ op: z.literal("piece"), of: ref, by: separator, at: nth })
    .describe("the text between separators; at 0 the first piece, -1 the last; too few: nothing"),
  z
    .strictObject({ op: z.literal("token"), of: ref, run, at: nth })
    .describe("the k-th run of characters of a class; at 0 the first, -1 the last; too few: nothing"),
  z
    .strictObject({ op: z.literal("filter"), of: ref, run, drop: z.literal(true).optional() })
    .describe("the characters of the class kept, or with drop the others"),
  z
    .strictObject({
      op: z.literal("pad"),
      of: ref,
      side: z.enum(["start", "end"]),
      to: z.int().min(1).max(256),
      with: z.string().length(1),
    })
    .describe("the text padded to a length with one character"),
  z
    .strictObject({ op: z.literal("place"), of: ref, before: border, after: border, at: nth })
    .describe("the k-th offset where before ends and after starts; too few: nothing"),
  z.strictObject({ op: z.literal("sub"), of: ref, left: ref, right: ref }).describe("the units between two offsets"),
  z
    .strictObject({ op: z.literal("tally"), of: ref, run: run.optional(), find: separator.optional() })
    .describe("how many runs of a class, or how many occurrences of find, stand in the text"),
  z.strictObject({ op: z.literal("numeral"), of: ref }).describe("the number in digits"),
  z
    .strictObject({ op: z.literal("swap"), of: ref, left: ref, right: ref })
    .describe("the text with every left replaced by right"),
  z.strictObject({ op: z.literal("holds"), left: ref, right: ref }).describe("whether right stands in left"),
  z
    .strictObject({ op: z.literal("moment"), of: ref, order: z.enum(["mdy", "dmy", "clock"]) })
    .describe("the date or time that the whole text is; any other text: nothing"),
  z
    .strictObject({ op: z.literal("bucket"), of: ref, step: z.int().min(1).max(86_400), from: seconds, add: seconds })
    .describe("the moment moved to the start of its interval of step seconds, plus add"),
  z
    .strictObject({ op: z.literal("show"), of: ref, form: z.string().min(1).max(128) })
    .describe("the moment written in a form of letters such as yyyy-MM-dd, HH:mm, h:mm a, MMM, EEEE"),
  z
    .strictObject({ op: z.literal("parse"), of: ref, ...valueSettings })
    .describe(
      'the whole text read as a value of a kind, in canonical text (number 1234.5, date 2024-03-05, currency "12.5 USD", unit "10 mi"); else nothing',
    ),
  z
    .strictObject({
      op: z.literal("write"),
      of: ref,
      as: z.enum(SHOWN_KINDS),
      form: z.string().min(1).max(64),
      places: z.int().min(0).max(15).optional(),
      point: z.literal(",").optional(),
    })
    .describe(
      "a canonical value in a form; number: plain, grouped, words, ordinal; percent: plain, words, ratio; currency: plain, before, amount, code; unit: amount or a symbol to convert to; places: decimals, rounded",
    ),
  z
    .strictObject({
      op: z.literal("scale"),
      of: ref,
      times: decimal.optional(),
      over: decimal.optional(),
      plus: decimal.optional(),
    })
    .describe("a canonical decimal multiplied by times, divided by over, plus plus"),
  z
    .strictObject({ op: z.literal("round"), of: ref, to: decimal, way: z.enum(["near", "down", "up"]) })
    .describe("a canonical decimal rounded to a multiple of to; near: half away from zero"),
  z.strictObject({ op: z.literal("flag"), value: z.boolean() }).describe("this truth value"),
  z
    .strictObject({ op: z.literal("test"), of: ref, pattern, fold })
    .describe("whether a regular expression matches somewhere in the text"),
  z
    .strictObject({ op: z.literal("contains"), of: ref, any: phrases, at })
    .describe("whether one of the phrases stands in the text, letter for letter"),
  z
    .strictObject({ op: z.literal("ngram"), any: phrases, at })
    .describe("whether one of the phrases (1 to 8 words) stands in the input, compared by lower-case words"),
  z.strictObject({ op: z.literal("equal"), left: ref, right: ref }).describe("whether both are equal"),
  z.strictObject({ op: z.literal("less"), left: ref, right: ref }).describe("whether left is less than right"),
  z.strictObject({ op: z.literal("and"), of: refs }).describe("whether all are true"),
  z.strictObject({ op: z.literal("or"), of: refs }).describe("whether one is true"),
  z.strictObject({ op: z.literal("not"), of: ref }).describe("the opposite"),
  z.strictObject({ op: z.literal("exists"), of: ref }).describe("false where the operand gives nothing, else true"),
  z.strictObject({ op: z.literal("number"), value: z.int() }).describe("this number"),
  z.strictObject({ op: z.literal("length"), of: ref }).describe("the length of the text"),
  z.strictObject({ op: z.literal("count"), of: ref }).describe("how many pieces"),
  z
    .strictObject({ op: z.literal("find"), pattern, group, fold })
    .describe("every match of the group of a regular expression in the input, as pieces of it"),
  z
    .strictObject({ op: z.literal("spot"), ...valueSettings })
    .describe("every value of a kind in the input, as pieces of it"),
  z
    .strictObject({
      op: z.literal("tag"),
      apart: z.string().min(1).max(64).optional(),
      lexicon: z.array(entry).max(LIMITS.tableEntries).optional(),
      contexts,
      is: keys,
      isnt: keys,
      voices: z.int().min(1).max(LIMITS.contexts),
    })
    .describe(
      "runs of tokens of the input whose contexts all speak for them, between tokens whose contexts speak against",
    ),
  z
    .strictObject({
      op: z.literal("keep"),
      of: ref,
      side: z.enum(["before", "after"]),
      chars: z.string().min(1).max(256).optional(),
      phrases: phrases.optional(),
      edge: z.literal(true).optional(),
      drop: z.literal(true).optional(),
    })
    .describe(
      "the pieces whose neighbour passes: one character of chars, or a phrase, or the edge of the input; with drop those whose neighbour does not",
    ),
  z
    .strictObject({ op: z.literal("pick"), of: ref, at: z.enum(["only", "first", "last"]) })
    .describe("one piece; none, or only of several: nothing"),
  z
    .strictObject({ op: z.literal("label"), of: ref, label: z.string().min(1).max(128) })
    .describe("the pieces with a label"),
  z
    .strictObject({ op: z.literal("merge"), of: z.array(ref).max(LIMITS.operands) })
    .describe("several lists as one; overlapping pieces are dropped"),
  z.strictObject({ op: z.literal("null") }).describe("the null span: the field has no value"),
  z.strictObject({ op: z.literal("abstain") }).describe("nothing: the program gives no answer"),
  z.strictObject({ op: z.literal("when"), if: ref, give: ref }).describe("give where the flag is true, else nothing"),
  z
    .strictObject({ op: z.literal("if"), if: ref, give: ref, else: ref })
    .describe("give where the flag is true, else the other"),
  z.strictObject({ op: z.literal("first"), of: refs }).describe("the first operand that gives something"),
]);
export type Node = z.infer<typeof Node>;
export type Op = Node["op"];
export type NodeOf<O extends Op> = Extract<Node, { op: O }>;
