// This file speaks Anthropic's messages: POST /v1/messages, the answer held to its form by one forced tool.
import { canonicalJson } from "@kolm/format";
import { z } from "zod";
import type { Dialect, Said } from "../ask/dialect.ts";
import type { AnthropicOptions } from "../options.ts";

const TOOL = "answer";
const FINISH = new Map([
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
]);

const count = z.int().min(0).nullish();
const Message = z.object({
  type: z.literal("message"),
  model: z.string().optional(),
  stop_reason: z.string().nullish(),
  content: z.array(
    z.object({
      type: z.string(),
      text: z.string().optional(),
      name: z.string().optional(),
      input: z.unknown().optional(),
    }),
  ),
  usage: z
    .object({
      input_tokens: z.int().min(0),
      output_tokens: z.int().min(0),
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
    })
    .nullish(),
});

export function messagesDialect(options: AnthropicOptions): Dialect {
  const { platform, region, project, baseURL } = options;
  return {
    kind: "kolm/teach/anthropic/1",
    address: baseURL ?? (platform === "anthropic" ? null : [platform, region, project].filter(Boolean).join(":")),
    // The forced tool brings a system prompt of its own, some 300 to 500 tokens.
    framing: 1024,
    body: ({ system, user, schema }, { sample }) => ({
      model: options.model,
      max_tokens: options.maxTokens,
      system,
      messages: [{ role: "user", content: user }],
      ...(options.structured === "tool"
        ? forced(schema)
        : { output_config: { format: { type: "json_schema", schema } } }),
      ...(options.sampling === "seeded" ? { temperature: sample === 0 ? 0 : options.temperature } : {}),
    }),
    read: readMessage,
  };
}

// The tool is only the form of the answer: nothing runs it and no result goes back.
function forced(schema: unknown): Readonly<Record<string, unknown>> {
  return {
    tools: [{ name: TOOL, description: "Gives the answer to the task.", input_schema: schema }],
    tool_choice: { type: "tool", name: TOOL, disable_parallel_tool_use: true },
  };
}

function readMessage(raw: unknown): Said | undefined {
  const parsed = Message.safeParse(raw);
  if (!parsed.success) return undefined;
  const { content, stop_reason, usage, model } = parsed.data;
  const tool = content.find(({ type, name }) => type === "tool_use" && name === TOOL);
  const texts = content.filter(({ type }) => type === "text").map(({ text }) => text ?? "");
  const finish = stop_reason ?? "";
  return {
    content: tool === undefined ? texts.join("") || null : canonicalJson(tool.input ?? null),
    refused: finish === "refusal",
    finish: FINISH.get(finish) ?? finish,
    model: model ?? "",
    tokens: usage
      ? {
          input: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
          output: usage.output_tokens,
        }
      : undefined,
  };
}
