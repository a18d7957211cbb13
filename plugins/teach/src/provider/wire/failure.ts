// This file turns the SDKs' failures into errors a person can act on, none of which can hold the key.
import { KolmError } from "@kolm/format";
import { afterMs } from "./headers.ts";

/** What to do about a failed call. billed: it may have been paid for although no answer came. */
export type Failure = {
  readonly error: unknown;
  readonly again: boolean;
  /** What the server asks to wait, in milliseconds. */
  readonly afterMs?: number | undefined;
  readonly billed: boolean;
};

/** Who was called, for the error's words. */
export type Address = {
  readonly url: string;
  readonly model: string;
  readonly keyEnv: string | undefined;
  readonly redact: (text: string) => string;
};

type Class<T> = abstract new (...args: never[]) => T;
type ApiError = Error & {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly error: unknown;
};
/** The error classes that every SDK of the Stainless family has, each its own. */
export type SdkErrors = {
  readonly APIError: Class<ApiError>;
  readonly APIConnectionError: Class<Error>;
  readonly APIConnectionTimeoutError: Class<Error>;
};

/** Reads a failed call. The SDK's error is never the cause of ours: it carries the server's words unredacted. */
export function failureOf(error: unknown, sdk: SdkErrors, address: Address): Failure {
  if (error instanceof KolmError) return { error, again: false, billed: error.code === "TEACHER_REPLY" };
  if (error instanceof SyntaxError) return { error: malformed(address.url), again: false, billed: true };
  if (error instanceof sdk.APIConnectionTimeoutError) {
    const hint = "Raise teacher.timeoutSeconds or try again; answers so far are kept.";
    return {
      error: fail(address, { code: "TEACHER_TIMEOUT", found: "did not answer in time", hint }),
      again: true,
      billed: true,
    };
  }
  if (error instanceof sdk.APIConnectionError) {
    const hint = "Check teacher.baseURL and the network; answers so far are kept.";
    const gone = fail(address, { code: "TEACHER_UNREACHABLE", found: "cannot be reached", hint });
    return { error: gone, again: true, billed: !wasNeverMade(error) };
  }
  if (error instanceof sdk.APIError && error.status !== undefined) return refusal(error, error.status, address);
  const said = address.redact(error instanceof Error ? error.message : String(error));
  return { error: new Error(said), again: false, billed: true };
}

/** An answer that cannot be read as one. */
export function malformed(url: string): KolmError {
  return new KolmError("TEACHER_REPLY", `the teacher at ${url} answered with something that is no answer of its API`, {
    hint: "Check teacher.baseURL and api: the address must end where /chat/completions, /responses or /v1/messages follows.",
  });
}

function fail({ url }: Address, { code, found, hint }: { code: string; found: string; hint: string }): KolmError {
  return new KolmError(code, `the teacher at ${url} ${found}`, { hint });
}

function refusal(error: ApiError, status: number, address: Address): Failure {
  const words = wordsOf(error.error) ?? { message: error.message, code: "" };
  // Redacted before it is cut, so that no half of a key can stay.
  const said = address.redact(words.message).replace(/\s+/g, " ").slice(0, 300);
  const outOfMoney = words.code === "insufficient_quota" || status === 402;
  const wish = error.headers?.get("x-should-retry");
  const transient = status === 408 || status === 409 || status === 429 || status >= 500;
  return {
    error: fail(address, outOfMoney ? noQuota(said) : describe(status, said, address)),
    again: !outOfMoney && (wish === "true" || (wish !== "false" && transient)),
    afterMs: afterMs(error.headers),
    // 503 and 529 say that the server did not even begin.
    billed: status >= 500 && status !== 503 && status !== 529,
  };
}

type Words = { readonly code: string; readonly found: string; readonly hint: string };

function describe(status: number, said: string, { model, keyEnv }: Address): Words {
  if (status === 401 || status === 403) {
    const key = keyEnv === undefined ? "the call without a key" : `the key in ${keyEnv}`;
    const hint = `Set ${keyEnv ?? "teacher.keyEnv"} to a key that may use ${model}.`;
    return { code: "TEACHER_KEY", found: `refused ${key} (${status})`, hint };
  }
  if (status === 429) {
    const hint = "Lower teacher.concurrency, raise maxRetries, or check your quota.";
    return { code: "TEACHER_BUSY", found: `kept refusing for its rate limit (429): ${said}`, hint };
  }
  if (status >= 500) {
    const hint = "Try again later; answers so far are kept.";
    return { code: "TEACHER_DOWN", found: `kept failing (${status}): ${said}`, hint };
  }
  return {
    code: "TEACHER_REFUSED",
    found: `does not take the request for ${model} (${status}): ${said}`,
    hint: mend(said),
  };
}

function mend(said: string): string {
  if (/response_format|json_schema|text\.format|output_config|output_format/i.test(said))
    return "The server does not know structured outputs: set teacher.structured to json or plain (openai), tool (anthropic).";
  if (/logprobs/i.test(said)) return "The model gives no probabilities: remove teacher.logProbabilities.";
  if (/temperature|seed/i.test(said)) return "The model refuses sampling settings: set teacher.sampling: default.";
  if (/max_completion_tokens|max_tokens/i.test(said)) return "Set teacher.maxTokensField, or lower teacher.maxTokens.";
  return "Check model, baseURL, api and sampling in the teacher section.";
}

function noQuota(said: string): Words {
  return {
    code: "TEACHER_QUOTA",
    found: `has no credit left for this key: ${said}`,
    hint: "Add credit at the provider and run again; answers so far are kept.",
  };
}

// OpenAI's SDK hands over the inner error, Anthropic's the whole body.
function wordsOf(body: unknown): { message: string; code: string } | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { message, code, error } = body as { message?: unknown; code?: unknown; error?: unknown };
  if (typeof message === "string") return { message, code: typeof code === "string" ? code : "" };
  return error === undefined ? undefined : wordsOf(error);
}

// A connection that was never made bills nothing.
function wasNeverMade(error: Error): boolean {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause)
    if ("code" in cause && (cause.code === "ECONNREFUSED" || cause.code === "ENOTFOUND")) return true;
  return false;
}
