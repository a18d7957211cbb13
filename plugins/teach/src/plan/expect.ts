// This file expects of questions not yet answered what those answered before took on average.
import type { Call } from "../teacher.ts";

/** Averages over known answers; without any, a token is taken for four bytes and an answer for forty tokens. */
export type Experience = {
  readonly inputTokensPerByte: number;
  readonly outputTokens: number;
  /** undefined where nothing was measured: no known answer, or batches. */
  readonly latencyMs: number | undefined;
};

const NONE: Experience = { inputTokensPerByte: 0.25, outputTokens: 40, latencyMs: undefined };

/** What these answers took; bytes are those of each canonical request. */
export function experienceOf(known: readonly { readonly call: Call; readonly bytes: number }[]): Experience {
  if (known.length === 0) return NONE;
  const bytes = sum(known.map((one) => one.bytes));
  const waits = known.flatMap(({ call }) => (call.latencyMs === null ? [] : [call.latencyMs]));
  return {
    inputTokensPerByte: sum(known.map(({ call }) => call.tokens.input)) / bytes,
    outputTokens: sum(known.map(({ call }) => call.tokens.output)) / known.length,
    latencyMs: waits.length === 0 ? undefined : sum(waits) / waits.length,
  };
}

/** Expected tokens of requests of these sizes together, in whole tokens. */
export function expectedTokens(sizes: readonly number[], experience: Experience): Call["tokens"] {
  return {
    input: Math.round(sum(sizes) * experience.inputTokensPerByte),
    output: Math.round(sizes.length * experience.outputTokens),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
