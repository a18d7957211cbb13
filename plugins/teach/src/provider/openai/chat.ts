// This file speaks OpenAI's chat completions: POST /chat/completions.
import { z } from "zod";
import type { Dialect, Said, Token } from "../ask/dialect.ts";
import { inWords } from "../ask/prompt.ts";
import type { OpenAIOptions } from "../options.ts";
import { addressOf } from "./address.ts";

/** How many alternatives a token may have; the most the API gives. */
export const ALTERNATIVES = 20;

export const TokenLogProbability = z.object({
  token: z.string(),
  logprob: z.number(),
  top_logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).nullish(),
});

const Completion = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        logprobs: z
          .object({ content: z.array(TokenLogProbability).nullish() })
          .nullish()
          .catch(undefined),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
});

export function chatDialect(options: OpenAIOptions): Dialect {
  return {
    kind: "kolm/teach/openai/1",
    address: addressOf(options),
    framing: 256,
    body: ({ system, user, schema }, draw) => ({
      model: options.model,
      messages: [
        { role: "system", content: options.structured === "schema" ? system : `${system}\n\n${inWords(schema)}` },
        { role: "user", content: user },
      ],
      ...formats(schema)[options.structured],
      [options.maxTokensField]: options.maxTokens,
      ...(options.sampling === "seeded" ? sampling(options, draw) : {}),
      ...(options.logProbabilities ? { logprobs: true, top_logprobs: ALTERNATIVES } : {}),
    }),
    read: readCompletion,
  };
}

const formats = (schema: unknown) => ({
  schema: { response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } } },
  json: { response_format: { type: "json_object" } },
  plain: {},
});

function sampling({ seed, temperature }: OpenAIOptions, { sample, attempt }: { sample: number; attempt: number }) {
  return { temperature: sample === 0 ? 0 : temperature, seed: seed + sample + 1000 * attempt };
}

function readCompletion(raw: unknown): Said | undefined {
  const parsed = Completion.safeParse(raw);
  const choice = parsed.success ? parsed.data.choices[0] : undefined;
  if (!parsed.success || choice === undefined) return undefined;
  const { message, finish_reason, logprobs } = choice;
  const { usage, model } = parsed.data;
  return {
    content: message.content ?? null,
    refused: typeof message.refusal === "string" && message.refusal !== "",
    finish: finish_reason ?? "",
    model: model ?? "",
    tokens: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined,
    ...(logprobs?.content ? { trace: traceOf(logprobs.content) } : {}),
  };
}

/** Tokens with their alternatives, themselves among them. */
export function traceOf(tokens: readonly z.infer<typeof TokenLogProbability>[]): Token[] {
  return tokens.map(({ token, logprob, top_logprobs }) => {
    const others = (top_logprobs ?? []).filter((other) => other.token !== token);
    const alternatives = [{ token, logprob }, ...others];
    return { text: token, alternatives: alternatives.map((one) => ({ text: one.token, logProbability: one.logprob })) };
  });
}
