// This file opens the line to Anthropic's API, or to the same models on a cloud, through the official SDKs.
import Anthropic, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  type ClientOptions,
} from "@anthropic-ai/sdk";
import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages/messages";
import type { AnthropicOptions } from "../options.ts";
import { failureOf } from "../wire/failure.ts";
import { wholeFetch } from "../wire/fetch.ts";
import { readKey } from "../wire/key.ts";
import type { Line, LinePorts } from "../wire/line.ts";
import { redactor } from "../wire/redact.ts";
import { anthropicBatches } from "./batches.ts";
import { openPlatform } from "./platform.ts";

const SDK = { APIError, APIConnectionError, APIConnectionTimeoutError };

/** Reads the key; KolmError TEACHER_KEY when it is not there, TEACHER_SDK when a cloud's SDK is not installed. */
export async function anthropicLine(options: AnthropicOptions, { secret, calls }: LinePorts): Promise<Line> {
  const isOwn = options.platform === "anthropic" && options.baseURL === undefined;
  const keyEnv = options.keyEnv ?? (isOwn ? "ANTHROPIC_API_KEY" : undefined);
  const key = keyEnv === undefined ? undefined : readKey(keyEnv, secret);
  const redact = key === undefined ? (text: string) => text : redactor(key);
  const timeout = options.timeoutSeconds * 1000;
  const shared = { logLevel: "off", maxRetries: 0, timeout, fetch: wholeFetch(timeout), openTelemetry: false } as const;
  const own = options.platform === "anthropic" ? openOwn(options, key, shared) : undefined;
  const client = own ?? (await openPlatform(options, shared));
  const address = { url: client.baseURL, model: options.model, keyEnv, redact };
  return {
    url: client.baseURL,
    redact,
    send: async (body, sending) => {
      // The body is built as the SDK's type describes; it is kept as canonical JSON.
      const sent = client.messages.create(body as unknown as MessageCreateParamsNonStreaming, sending);
      const { data, response } = await sent.withResponse();
      return { raw: data, headers: response.headers };
    },
    fail: (error) => failureOf(error, SDK, address),
    batches: own === undefined ? undefined : anthropicBatches(own, { calls, redact }),
  };
}

// Every setting that the SDK would otherwise take from the environment or a profile is set here.
function openOwn({ baseURL }: AnthropicOptions, key: string | undefined, shared: ClientOptions): Anthropic {
  return new Anthropic({
    ...shared,
    apiKey: key ?? "none",
    baseURL: baseURL ?? "https://api.anthropic.com",
    webhookKey: null,
    defaultHeaders: key === undefined ? { Authorization: null, "X-Api-Key": null } : {},
  });
}
