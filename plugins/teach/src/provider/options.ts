// This file defines the options of the teachers that are models: which server, at what price, how it is asked.
import { z } from "zod";
import { isDecimal } from "../spend/money.ts";

/** US dollars as a plain decimal with at most six places. */
export const usd = z
  .union([z.number(), z.string()])
  .refine(isDecimal, "expected US dollars as a plain decimal with at most six places, such as 0.15");

/** "5 USD" is a cap of five dollars. */
const inDollars = <T extends z.ZodType>(budget: T) =>
  z
    .preprocess((value) => {
      const amount = typeof value === "string" ? /^(\d+(?:\.\d{1,6})?) ?USD$/.exec(value)?.[1] : undefined;
      return amount === undefined ? value : { usd: amount };
    }, budget)
    .meta({ type: ["object", "string"] });

const rates = { input: usd, output: usd };
const tokens = z.int().positive().optional();

const asking = {
  model: z.string().min(1),
  baseURL: z.url({ protocol: /^https?$/, error: "expected a URL such as http://127.0.0.1:8000/v1" }).optional(),
  keyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable, never the key itself")
    .optional(),
  price: z
    .strictObject({
      ...rates,
      batch: z.strictObject(rates).optional().describe("In mode batch; most providers ask half."),
    })
    .optional()
    .describe("US dollars per million tokens; 0 for a model you host yourself."),
  budget: inDollars(
    z
      .strictObject({
        usd: usd.optional(),
        tokens: tokens.describe("Input and output together."),
        inputTokens: tokens,
        outputTokens: tokens,
        counts: z
          .enum(["answers", "runs"])
          .default("answers")
          .describe("answers: what the answers of this task cost. runs: all that any run of it ever paid."),
      })
      .refine(
        ({ counts: _counts, ...caps }) => Object.values(caps).some((cap) => cap !== undefined),
        "expected usd, tokens, inputTokens or outputTokens",
      ),
  )
    .optional()
    .describe(
      "What this task may cost in all; the worst case is set aside before each call, and a call that was cut off " +
        "counts as that.",
    ),
  k: z
    .int()
    .min(1)
    .max(32)
    .default(1)
    .describe("Answers per example; the majority wins, the votes become soft targets."),
  sampling: z
    .enum(["seeded", "default"])
    .default("seeded")
    .describe("default: send neither temperature nor seed, for models that refuse them."),
  maxTokens: z.int().min(1).max(65_536).default(1024).describe("Longest answer, in tokens."),
  mode: z
    .enum(["live", "batch"])
    .default("live")
    .describe("batch: the provider's batch API, cheaper, within a day; needs price.batch. Can be cut off at any time."),
  pollSeconds: z
    .number()
    .positive()
    .max(600)
    .default(10)
    .describe("First wait for a batch; later ones grow to 30 times."),
  concurrency: z.int().min(1).max(256).default(8).describe("Calls under way at once, in mode live."),
  maxRetries: z
    .int()
    .min(0)
    .max(20)
    .default(4)
    .describe("Per call, on 408, 409, 429, 5xx and lost connections; per batch, for requests it did not get to."),
  timeoutSeconds: z.number().positive().max(3600).default(120),
  idempotencyHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, "expected the name of an HTTP header, such as Idempotency-Key")
    .optional()
    .describe("Carries the request's digest, for gateways that answer a repeated request from their record."),
};

const temperature = (most: number) =>
  z.number().min(0).max(most).default(0.7).describe("Of the second to k-th answer; the first is always at 0.");

/** The fields of a teacher behind the OpenAI protocol. */
export const openaiFields = {
  provider: z.literal("openai").describe("Any server that speaks the OpenAI protocol: Azure, vLLM, Ollama, a gateway."),
  ...asking,
  baseURL: asking.baseURL.describe("Default https://api.openai.com/v1."),
  keyEnv: asking.keyEnv.describe(
    "Environment variable that holds the key; OPENAI_API_KEY when no baseURL is given. KOLM_<name>_FD may give a file " +
      "descriptor to read it from instead, KOLM_<name>_COMMAND a keyring command that prints it.",
  ),
  azure: z
    .strictObject({ apiVersion: z.string().min(1) })
    .optional()
    .describe("Azure OpenAI: baseURL ends in /openai, model is the deployment, the key is in AZURE_OPENAI_API_KEY."),
  api: z
    .enum(["chat", "responses"])
    .default("chat")
    .describe("chat: /chat/completions. responses: /responses, which takes no seed."),
  structured: z
    .enum(["schema", "json", "plain"])
    .default("schema")
    .describe(
      "How the answer is held to the output fields. schema: strict JSON Schema. json, plain: for servers without it; " +
        "the schema then stands in the prompt.",
    ),
  logProbabilities: z
    .boolean()
    .default(false)
    .describe("Asks for token probabilities and turns them into soft answers to enum and boolean fields."),
  temperature: temperature(2),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
  maxTokensField: z
    .enum(["max_completion_tokens", "max_tokens"])
    .default("max_completion_tokens")
    .describe("Older servers know max_tokens only; api chat."),
};

/** The fields of a teacher behind Anthropic's Messages API. */
export const anthropicFields = {
  provider: z.literal("anthropic").describe("Anthropic's Messages API, at Anthropic, Amazon Bedrock or Google Vertex."),
  ...asking,
  baseURL: asking.baseURL.describe("Default https://api.anthropic.com."),
  keyEnv: asking.keyEnv.describe(
    "Environment variable that holds the key; ANTHROPIC_API_KEY when no baseURL is given. KOLM_<name>_FD may give a " +
      "file descriptor to read it from instead, KOLM_<name>_COMMAND a keyring command that prints it.",
  ),
  platform: z
    .enum(["anthropic", "bedrock", "vertex"])
    .default("anthropic")
    .describe("bedrock, vertex: needs @anthropic-ai/bedrock-sdk or vertex-sdk installed; the cloud's own credentials."),
  region: z.string().min(1).optional().describe("Of bedrock and vertex."),
  project: z.string().min(1).optional().describe("Of vertex."),
  structured: z
    .enum(["tool", "schema"])
    .default("tool")
    .describe("tool: the answer is the input of one forced tool that nothing runs. schema: structured outputs."),
  temperature: temperature(1),
};

const OpenAI = z.strictObject(openaiFields);
const Anthropic = z.strictObject(anthropicFields);
export type OpenAIOptions = z.infer<typeof OpenAI>;
export type AnthropicOptions = z.infer<typeof Anthropic>;
export type ModelOptions = OpenAIOptions | AnthropicOptions;
