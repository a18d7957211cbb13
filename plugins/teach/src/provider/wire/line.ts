// This file defines an open line to a provider: how a request goes out through its SDK and how failures come back.
import type { Body } from "../ask/dialect.ts";
import type { BatchLine } from "../batch/line.ts";
import type { Failure } from "./failure.ts";
import type { Secret } from "./key.ts";
import type { Calls } from "./abort.ts";

/** What came back, as JSON, and the headers with the server's limits. */
type Answered = { readonly raw: unknown; readonly headers: Headers };
type Sending = { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> };

export type Line = {
  readonly url: string;
  /** One attempt, never repeated here. */
  readonly send: (body: Body, sending: Sending) => Promise<Answered>;
  readonly fail: (error: unknown) => Failure;
  /** Blacks out the key in text, in whatever form. */
  readonly redact: (text: string) => string;
  /** undefined: the platform has no batch API. */
  readonly batches: BatchLine | undefined;
};
export type LinePorts = { readonly secret: Secret; readonly calls: Calls };
