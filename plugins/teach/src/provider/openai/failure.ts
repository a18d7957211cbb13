// This file turns the SDK's failures into errors a person can act on, none of which can hold the key.
import { KolmError } from "@kolm/format";
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import { malformed } from "./reply.ts";

export type Address = { readonly url: string; readonly model: string; readonly keyEnv: string | undefined };

/** The KolmError for a failed call. The SDK's error is never its cause: it carries the server's words unredacted. */
export function teacherError(
  error: unknown,
  { url, model, keyEnv }: Address,
  redact: (text: string) => string,
): unknown {
  if (error instanceof KolmError) return error;
  if (error instanceof SyntaxError) return malformed(url);
  if (!(error instanceof APIError)) return new Error(redact(error instanceof Error ? error.message : String(error)));
  const fail = (code: string, found: string, hint: string): KolmError =>
    new KolmError(code, `the teacher at ${url} ${found}`, { hint });
  if (error instanceof APIConnectionTimeoutError)
    return fail("TEACHER_TIMEOUT", "did not answer in time", "Raise teacher.timeoutSeconds or try again.");
  if (error instanceof APIConnectionError)
    return fail(
      "TEACHER_UNREACHABLE",
      "cannot be reached",
      "Check teacher.baseURL and the network; answers so far are kept.",
    );
  const status = error.status ?? 0;
  if (status === 401 || status === 403) {
    const key = keyEnv === undefined ? "the call without a key" : `the key in ${keyEnv}`;
    return fail(
      "TEACHER_KEY",
      `refused ${key} (${status})`,
      `Set ${keyEnv ?? "teacher.keyEnv"} to a key that may use ${model}.`,
    );
  }
  // Redacted before it is cut, so that no half of a key can stay.
  const said = redact(serverWords(error)).replace(/\s+/g, " ").slice(0, 300);
  if (status === 429)
    return fail(
      "TEACHER_BUSY",
      `kept refusing for its rate limit (429): ${said}`,
      "Lower teacher.concurrency, raise maxRetries, or check your quota.",
    );
  if (status >= 500)
    return fail("TEACHER_DOWN", `kept failing (${status}): ${said}`, "Try again later; answers so far are kept.");
  return fail(
    "TEACHER_REFUSED",
    `does not take the request for ${model} (${status}): ${said}`,
    "Check model, baseURL and sampling in the teacher section.",
  );
}

function serverWords(error: APIError): string {
  const body: unknown = error.error;
  if (typeof body === "object" && body !== null && "message" in body && typeof body.message === "string")
    return body.message;
  return error.message;
}
