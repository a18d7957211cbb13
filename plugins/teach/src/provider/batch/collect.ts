// This file keeps the results of an ended batch, each in the memo as it is read.
import type { Asking } from "../ask/live.ts";
import { worstOf } from "../ask/live.ts";
import type { Tokens } from "../ask/dialect.ts";
import type { Question } from "../ask/question.ts";
import { receive } from "../ask/receive.ts";
import { keep } from "../ask/replies.ts";
import type { Reply } from "../ask/reply.ts";
import type { Line } from "../wire/line.ts";
import type { BatchLine, BatchState } from "./line.ts";
import type { Failed } from "./run.ts";
import type { Tickets } from "./tickets.ts";

/** Writes to the memo that may be under way at once. */
const TOGETHER = 512;

/** keys: requests that were answered; tokens: what all of them took. */
export type Collected = {
  readonly keys: readonly string[];
  readonly tokens: Tokens;
  readonly failed: readonly Failed[];
};
type Sought = { readonly state: BatchState; readonly ticket: string; readonly questions: readonly Question[] };
type Means = { readonly asking: Asking; readonly line: Line; readonly batches: BatchLine; readonly tickets: Tickets };

/** Reads all results; SyntaxError or a network error where they break off, after which it may be called again. */
export async function collect({ state, ticket, questions }: Sought, means: Means): Promise<Collected> {
  const { batches, asking } = means;
  const known = new Map(questions.map((question) => [question.key, question]));
  const share = await shareOf(ticket, means.tickets);
  const keys: string[] = [];
  const failed: Failed[] = [];
  let tokens: Tokens = { input: 0, output: 0 };
  const writes: Promise<unknown>[] = [];
  let seen = 0;
  for await (const result of batches.results(state.id)) {
    seen++;
    if ("failed" in result) {
      failed.push({ key: result.key, note: result.failed, again: result.again });
      continue;
    }
    const question = known.get(result.key);
    const worst = question === undefined ? share : worstOf(question, asking.dialect, asking.options);
    const reply = replyOf(result.raw, { means, worst, question });
    tokens = plus(tokens, reply?.tokens ?? worst);
    if (reply === undefined) failed.push({ key: result.key, note: "its answer cannot be read", again: false });
    else {
      keys.push(result.key);
      writes.push(keep(asking.memo, result.key, reply));
    }
    if (writes.length >= TOGETHER) await Promise.all(writes.splice(0));
  }
  await Promise.all(writes);
  if (seen < state.total && !state.partial) throw new SyntaxError(`${seen} of ${state.total} results came`);
  return { keys, tokens, failed };
}

type Reading = { readonly means: Means; readonly worst: Tokens; readonly question: Question | undefined };

// Of a question that this run does not ask, all that is known is its digest; its answer is kept without soft values.
function replyOf(raw: unknown, { means: { asking, line }, worst, question }: Reading): Reply | undefined {
  if (asking.dialect.read(raw) === undefined) return undefined;
  const contract = question === undefined ? undefined : asking.contract;
  return receive(raw, { dialect: asking.dialect, line, worst, latencyMs: null, contract });
}

async function shareOf(ticket: string, tickets: Tickets): Promise<Tokens> {
  const intent = await tickets.intent(ticket);
  if (intent === undefined) return { input: 0, output: 0 };
  const { worst, count } = intent;
  return { input: Math.ceil(worst.input / count), output: Math.ceil(worst.output / count) };
}

function plus(a: Tokens, b: Tokens): Tokens {
  return { input: a.input + b.input, output: a.output + b.output };
}
