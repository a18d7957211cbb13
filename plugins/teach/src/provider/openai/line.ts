// This file opens the line to an OpenAI-compatible server, or to Azure, through the official SDK.
import OpenAI, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  AzureOpenAI,
  type ClientOptions,
} from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import type { ResponseCreateParamsNonStreaming } from "openai/resources/responses/responses";
import type { OpenAIOptions } from "../options.ts";
import { failureOf } from "../wire/failure.ts";
import { wholeFetch } from "../wire/fetch.ts";
import { readKey } from "../wire/key.ts";
import type { Line, LinePorts } from "../wire/line.ts";
import { redactor } from "../wire/redact.ts";
import { openaiBatches } from "./batches.ts";

const SDK = { APIError, APIConnectionError, APIConnectionTimeoutError };

/** Reads the key; KolmError TEACHER_KEY when it is not there. */
export function openaiLine(options: OpenAIOptions, { secret, calls }: LinePorts): Line {
  const keyEnv = options.keyEnv ?? ownKey(options);
  const key = keyEnv === undefined ? undefined : readKey(keyEnv, secret);
  const redact = key === undefined ? (text: string) => text : redactor(key);
  const client = openClient(options, key);
  const address = { url: client.baseURL, model: options.model, keyEnv, redact };
  return {
    url: client.baseURL,
    redact,
    send: async (body, sending) => {
      // The bodies are built as the SDK's types describe; they are kept as canonical JSON.
      const sent =
        options.api === "chat"
          ? client.chat.completions.create(body as unknown as ChatCompletionCreateParamsNonStreaming, sending)
          : client.responses.create(body as unknown as ResponseCreateParamsNonStreaming, sending);
      const { data, response } = await sent.withResponse();
      return { raw: data, headers: response.headers };
    },
    fail: (error) => failureOf(error, SDK, address),
    batches: openaiBatches(client, options, { calls, redact }),
  };
}

function ownKey({ baseURL, azure }: OpenAIOptions): string | undefined {
  if (azure !== undefined) return "AZURE_OPENAI_API_KEY";
  return baseURL === undefined ? "OPENAI_API_KEY" : undefined;
}

function openClient(options: OpenAIOptions, key: string | undefined): OpenAI {
  const timeout = options.timeoutSeconds * 1000;
  const settings: ClientOptions = {
    apiKey: key ?? "none",
    // Every setting that the SDK would otherwise take from the environment is set here.
    baseURL: options.baseURL ?? "https://api.openai.com/v1",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    defaultHeaders: key === undefined ? { Authorization: null } : {},
    // Attempts are counted, reserved and paced outside the SDK.
    maxRetries: 0,
    timeout,
    fetch: wholeFetch(timeout),
  };
  if (options.azure === undefined) return new OpenAI(settings);
  const { provider: _none, ...azure } = settings;
  return new AzureOpenAI({ ...azure, apiKey: key ?? "none", apiVersion: options.azure.apiVersion });
}
