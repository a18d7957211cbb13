// This file sends a question through the official SDK and measures how long the answering attempt took.
import { KolmError } from "@kolm/format";
import OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import type { OpenAIOptions } from "../../options.ts";
import { type Address, teacherError } from "./failure.ts";
import type { Question } from "./question.ts";
import { redactor } from "./redact.ts";
import { readCompletion, type Reply } from "./reply.ts";

export type Send = (question: Question, meter: Meter) => Promise<Reply>;
/** worst: tokens to book when the server counts none; doubt: an attempt may be billed although no answer came. */
type Meter = { readonly worst: Reply["tokens"]; readonly doubt: () => void };
export type ClientPorts = {
  readonly signal: AbortSignal;
  readonly secret: (name: string) => string | undefined;
};

/** Reads the key, once, and gives the function that sends; KolmError TEACHER_KEY when the key is not there. */
export function openaiClient(options: OpenAIOptions, { signal, secret }: ClientPorts): Send {
  const keyEnv = options.keyEnv ?? (options.baseURL === undefined ? "OPENAI_API_KEY" : undefined);
  const key = keyEnv === undefined ? undefined : readKey(keyEnv, secret);
  const redact = key === undefined ? (text: string) => text : redactor(key);
  const client = new OpenAI({
    apiKey: key ?? "none",
    // Every setting that the SDK would otherwise take from the environment is set here.
    baseURL: options.baseURL ?? "https://api.openai.com/v1",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    defaultHeaders: key === undefined ? { Authorization: null } : {},
    maxRetries: options.maxRetries,
    timeout: options.timeoutSeconds * 1000,
  });
  const abortable = abortables(signal);
  const address: Address = { url: client.baseURL, model: options.model, keyEnv };
  return async (question, { worst, doubt }) => {
    const attempt = timedFetch(doubt);
    using call = abortable();
    try {
      // The body is built from the same options and schema as the type describes; it is kept as canonical JSON.
      const body = question.body as unknown as ChatCompletionCreateParamsNonStreaming;
      const raw: unknown = await client
        .withOptions({ fetch: attempt.fetch })
        .chat.completions.create(body, { signal: call.signal });
      return readCompletion(raw, { latencyMs: attempt.latencyMs(), worst, address: address.url });
    } catch (error) {
      if (attempt.isAnswered()) doubt();
      signal.throwIfAborted();
      throw teacherError(error, address, redact);
    }
  };
}

// The SDK leaves its listener on the signal it is given, so each call gets its own, and the run's signal hears one.
function abortables(signal: AbortSignal): () => { readonly signal: AbortSignal } & Disposable {
  const open = new Set<AbortController>();
  signal.addEventListener("abort", () => open.forEach((controller) => controller.abort(signal.reason)), { once: true });
  return () => {
    const controller = new AbortController();
    open.add(controller);
    if (signal.aborted) controller.abort(signal.reason);
    return { signal: controller.signal, [Symbol.dispose]: () => void open.delete(controller) };
  };
}

function readKey(keyEnv: string, secret: ClientPorts["secret"]): string {
  const key = secret(keyEnv);
  if (key !== undefined && key !== "") return key;
  throw new KolmError("TEACHER_KEY", `the environment variable ${keyEnv} is not set, and the teacher needs its key`, {
    hint: `Export ${keyEnv}, or name another variable in teacher.keyEnv; never write the key itself into a file.`,
  });
}

/** fetch that reads the whole body under the SDK's timeout, and tells apart attempts that may have been billed. */
function timedFetch(doubt: () => void): { fetch: typeof fetch; latencyMs: () => number; isAnswered: () => boolean } {
  let latency = 0;
  let answered = false;
  const timed: typeof fetch = async (url, init) => {
    const started = performance.now();
    answered = false;
    try {
      const response = await fetch(url, init);
      const body = await response.arrayBuffer();
      if (response.status >= 500) doubt();
      answered = response.ok;
      latency = Math.round(performance.now() - started);
      return new Response(body.byteLength === 0 ? null : body, response);
    } catch (error) {
      if (!isRefused(error)) doubt();
      throw error;
    }
  };
  return { fetch: timed, latencyMs: () => latency, isAnswered: () => answered };
}

// A connection that was never made bills nothing.
function isRefused(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && (cause.code === "ECONNREFUSED" || cause.code === "ENOTFOUND");
}
