// This file is what both loopback providers have in common: what they were asked, what they billed, how tests steer them.
import type { ServerResponse } from "node:http";

/** One question as the server read it, whatever the wire format. */
export type Asked = {
  readonly input: string;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string | string[] | undefined>;
};
/** Answers a live call by itself and gives true, or leaves it to the provider. */
type Fault = (asked: Asked, response: ServerResponse, call: number) => boolean | Promise<boolean>;

/** How one request of a batch ends. */
export type Outcome = "answered" | "refused" | "failed" | "expired" | "cancelled";

export type Steering = {
  /** The answer to an input; {"mood": "good", "word": null} when left out. */
  readonly answer?: (input: string) => unknown;
  readonly fault?: Fault;
  /** Called before each request of the batch API is handled (which it may stop), after it was, and after it was answered. */
  readonly step?: (name: string, when: "before" | "handled" | "answered") => "drop" | undefined;
  /** Leaves a handled request without its answer. */
  readonly mute?: (name: string) => boolean;
  /** How many looks a batch takes. */
  readonly looks?: number;
  readonly outcome?: (input: string, round: number) => Outcome;
  /** Breaks the first so many downloads of results in half. */
  readonly cuts?: number;
  /** Ends every batch so. */
  readonly fate?: "completed" | "failed" | "expired" | "cancelled";
};

export const TOKENS = { input: 100, output: 10 } as const;

/** The count that ledgers are compared with. */
export class Till {
  readonly calls: Asked[] = [];
  /** Inputs that were billed, in batches or live, in order. */
  readonly billed: string[] = [];

  bill(input: string): void {
    this.billed.push(input);
  }

  get tokens(): { input: number; output: number } {
    return { input: this.billed.length * TOKENS.input, output: this.billed.length * TOKENS.output };
  }
}

export const answerTo = ({ answer }: Steering, input: string): unknown => ({
  answer: answer === undefined ? { mood: "good", word: null } : answer(input),
});
