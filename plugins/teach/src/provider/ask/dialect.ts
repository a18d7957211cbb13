// This file defines how one provider's API is spoken: the body that asks, and what is read from the body that answers.
import type { JsonSchema } from "./schema.ts";

/** A request body as JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** Fixed words, the delimited input, and the JSON Schema the answer must fit. */
type Prompt = { readonly system: string; readonly user: string; readonly schema: JsonSchema };
/** Which of several answers: sample 0 is the plain one, attempt 1 follows an answer that did not fit. */
type Draw = { readonly sample: number; readonly attempt: number };

export type Tokens = { readonly input: number; readonly output: number };
/** A piece of the content in the order it was written, with the likeliest alternatives to it (natural logarithms). */
export type Token = {
  readonly text: string;
  readonly alternatives: readonly { readonly text: string; readonly logProbability: number }[];
};

/** What a server said. tokens is undefined where it counted none, trace where it gave no probabilities. */
export type Said = {
  readonly content: string | null;
  readonly refused: boolean;
  /** "length" when the answer was cut off, "content_filter" when it was withheld, else the server's word. */
  readonly finish: string;
  readonly model: string;
  readonly tokens: Tokens | undefined;
  readonly trace?: readonly Token[];
};

export type Dialect = {
  /** Part of every request's digest, with the address. */
  readonly kind: string;
  readonly address: string | null;
  /** Tokens that the protocol adds around the words, at most. */
  readonly framing: number;
  readonly body: (prompt: Prompt, draw: Draw) => Body;
  /** undefined: what came is no answer of this API. */
  readonly read: (raw: unknown) => Said | undefined;
};
