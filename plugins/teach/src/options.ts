// This file defines the teacher section of a task: who answers the examples, at what price and within which budget.
import { z } from "zod";
import { isDecimal } from "./spend/money.ts";

const usd = z
  .union([z.number(), z.string()])
  .refine(isDecimal, "expected US dollars as a plain decimal with at most six places, such as 0.15");
const file = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[\\/]/).includes(".."), "must lie inside the task folder");
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).max(64)]);

const measured = {
  baseline: z
    .enum(["measure", "none"])
    .default("measure")
    .describe("measure: the teacher answers the evals too, as the baseline of the K-score."),
  declared: z
    .strictObject({ p95LatencyMs: z.number().positive().optional(), costPer1000: usd.optional() })
    .optional()
    .describe("Baseline latency and cost to use where none was measured."),
};

const Labels = z.strictObject({
  provider: z.literal("labels").describe("The examples' own outputs, written by people."),
  declared: measured.declared,
});

const Recorded = z.strictObject({
  provider: z.literal("recorded").describe("Answers written down earlier, from JSONL files in the task folder."),
  file: oneOrMore(file).describe("JSONL rows with an input and the column."),
  column: oneOrMore(z.string().min(1))
    .default("output")
    .describe("Where a row holds the answer, such as teacher.gpt-5; several columns vote."),
  missing: z
    .enum(["error", "human"])
    .default("error")
    .describe("human: an example that was never recorded keeps its human label."),
  ...measured,
});

const OpenAI = z.strictObject({
  provider: z.literal("openai").describe("Any server that speaks the OpenAI chat completions protocol."),
  model: z.string().min(1),
  baseURL: z
    .url({ protocol: /^https?$/, error: "expected a URL such as http://127.0.0.1:8000/v1" })
    .optional()
    .describe("Default https://api.openai.com/v1."),
  keyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable, never the key itself")
    .optional()
    .describe("Environment variable that holds the key; OPENAI_API_KEY when no baseURL is given."),
  price: z
    .strictObject({ input: usd, output: usd })
    .optional()
    .describe("US dollars per million tokens; 0 for a model you host yourself."),
  budget: z
    .strictObject({ usd: usd.optional(), tokens: z.int().positive().optional() })
    .refine((budget) => budget.usd !== undefined || budget.tokens !== undefined, "expected usd, tokens or both")
    .optional()
    .describe("What all answers of this task may cost together; checked against the worst case before each call."),
  k: z
    .int()
    .min(1)
    .max(32)
    .default(1)
    .describe("Answers per example; the majority wins, the votes become soft targets."),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .default(0.7)
    .describe("Of the second to k-th answer; the first is always at 0."),
  sampling: z
    .enum(["seeded", "default"])
    .default("seeded")
    .describe("default: send neither temperature nor seed, for models that refuse them."),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
  maxTokens: z.int().min(1).max(65_536).default(1024).describe("Longest answer, in tokens."),
  maxTokensField: z.enum(["max_completion_tokens", "max_tokens"]).default("max_completion_tokens"),
  concurrency: z.int().min(1).max(256).default(8),
  maxRetries: z.int().min(0).max(20).default(4).describe("Per call, on 408, 409, 429, 5xx and lost connections."),
  timeoutSeconds: z.number().positive().max(3600).default(120),
  ...measured,
});

/** The teacher section of task.yaml; human labels when it is left out. */
export const TeacherOptions = z
  .discriminatedUnion("provider", [Labels, Recorded, OpenAI], {
    error: (issue) => (issue.code === "invalid_union" ? "provider must be one of labels, recorded, openai" : undefined),
  })
  .prefault({ provider: "labels" });
export type TeacherOptions = z.infer<typeof TeacherOptions>;
export type RecordedOptions = z.infer<typeof Recorded>;
export type OpenAIOptions = z.infer<typeof OpenAI>;
