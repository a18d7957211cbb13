// This file lists the wire formats that a teacher can speak, so that one suite can be run for each.
import { startAnthropic } from "./anthropic.ts";
import { startOpenAI } from "./openai.ts";
import type { Steering, Till } from "./provider.ts";

type ProviderServer = {
  readonly baseURL: string;
  readonly till: Till;
  readonly batches: readonly { readonly id: string; readonly requests: readonly unknown[] }[];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};
export type Wire = {
  readonly name: string;
  readonly start: (steering?: Steering) => Promise<ProviderServer>;
  readonly options: Readonly<Record<string, unknown>>;
  /** Steps of the batch API, as the server names them. */
  readonly steps: { readonly submit: string; readonly list: string; readonly results: string };
};

const price = { input: "1.5", output: 6, batch: { input: "0.75", output: 3 } };
const shared = { model: "test-model", price, maxRetries: 2, pollSeconds: 0.01 };
const OPENAI = { submit: "POST /batches", list: "GET /batches", results: "GET /files/output-of-1/content" };
const ANTHROPIC = { submit: "POST /batches", list: "GET /batches", results: "GET /batches//results" };

export const WIRES: readonly Wire[] = [
  { name: "openai chat", start: startOpenAI, options: { provider: "openai", ...shared }, steps: OPENAI },
  {
    name: "openai responses",
    start: startOpenAI,
    options: { provider: "openai", api: "responses", ...shared },
    steps: OPENAI,
  },
  { name: "anthropic", start: startAnthropic, options: { provider: "anthropic", ...shared }, steps: ANTHROPIC },
];

/** Options for a server; the address goes last. */
export const optionsFor = (wire: Wire, { baseURL }: { baseURL: string }, more: object = {}): object => ({
  ...wire.options,
  baseURL,
  ...more,
});
