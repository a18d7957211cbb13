// This file speaks OpenAI's responses: POST /responses.
import { z } from "zod";
import type { Dialect, Said } from "../ask/dialect.ts";
import { inWords } from "../ask/prompt.ts";
import type { OpenAIOptions } from "../options.ts";
import { addressOf } from "./address.ts";
import { ALTERNATIVES, TokenLogProbability, traceOf } from "./chat.ts";

const Part = z.object({
  type: z.string(),
  text: z.string().optional(),
  refusal: z.string().optional(),
  logprobs: z.array(TokenLogProbability).nullish().catch(undefined),
});
const Response = z.object({
  model: z.string().optional(),
  status: z.string().optional(),
  incomplete_details: z.object({ reason: z.string().optional() }).nullish(),
  error: z.object({ message: z.string() }).nullish(),
  output: z.array(z.object({ type: z.string(), content: z.array(Part).optional().catch(undefined) })),
  usage: z.object({ input_tokens: z.int().min(0), output_tokens: z.int().min(0) }).nullish(),
});

export function responsesDialect(options: OpenAIOptions): Dialect {
  return {
    kind: "kolm/teach/openai-responses/1",
    address: addressOf(options),
    framing: 256,
    body: ({ system, user, schema }, { sample }) => ({
      model: options.model,
      instructions: options.structured === "schema" ? system : `${system}\n\n${inWords(schema)}`,
      input: [{ role: "user", content: user }],
      ...formats(schema)[options.structured],
      max_output_tokens: options.maxTokens,
      ...(options.sampling === "seeded" ? { temperature: sample === 0 ? 0 : options.temperature } : {}),
      ...(options.logProbabilities ? { include: ["message.output_text.logprobs"], top_logprobs: ALTERNATIVES } : {}),
      // Nothing the task sends is to stay with the provider.
      store: false,
    }),
    read: readResponse,
  };
}

const formats = (schema: unknown) => ({
  schema: { text: { format: { type: "json_schema", name: "answer", strict: true, schema } } },
  json: { text: { format: { type: "json_object" } } },
  plain: {},
});

function readResponse(raw: unknown): Said | undefined {
  const parsed = Response.safeParse(raw);
  if (!parsed.success) return undefined;
  const { output, usage, model, status, incomplete_details, error } = parsed.data;
  const parts = output.flatMap(({ type, content }) => (type === "message" ? (content ?? []) : []));
  const texts = parts.filter(({ type }) => type === "output_text");
  if (texts.length === 0 && status !== "incomplete" && !parts.some(({ type }) => type === "refusal")) {
    if (!error) return undefined;
  }
  const [only, ...others] = texts;
  return {
    content: texts.length === 0 ? null : texts.map(({ text }) => text ?? "").join(""),
    refused: parts.some(({ type }) => type === "refusal"),
    finish: status === "incomplete" ? reasonOf(incomplete_details?.reason) : (status ?? ""),
    model: model ?? "",
    tokens: usage ? { input: usage.input_tokens, output: usage.output_tokens } : undefined,
    ...(only?.logprobs && others.length === 0 ? { trace: traceOf(only.logprobs) } : {}),
  };
}

function reasonOf(reason: string | undefined): string {
  return reason === "max_output_tokens" ? "length" : (reason ?? "incomplete");
}
