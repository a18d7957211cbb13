// This file asks a server one question at a time: paced by its limits, within the budget, again where that may help.
import { type Contract, KolmError } from "@kolm/format";
import type { Memo } from "@kolm/store";
import type { Account } from "../../spend/account.ts";
import { placeOf, Tickets } from "../batch/tickets.ts";
import type { ModelOptions } from "../options.ts";
import type { Calls } from "../wire/abort.ts";
import type { Failure } from "../wire/failure.ts";
import type { Line } from "../wire/line.ts";
import { Pace } from "../wire/pace.ts";
import { type Pause, retrying } from "../wire/patience.ts";
import type { Dialect, Tokens } from "./dialect.ts";
import type { Question } from "./question.ts";
import { receive } from "./receive.ts";
import { keep, type Source } from "./replies.ts";
import type { Reply } from "./reply.ts";

/** All that asking takes, live or in batches. */
export type Asking = {
  readonly options: ModelOptions;
  readonly dialect: Dialect;
  readonly contract: Contract;
  readonly memo: Memo;
  /** What was sent from this machine; not shared with others. */
  readonly own: Memo;
  readonly account: Account;
  /** Opens the line when the first question must go out; the key is read then. */
  readonly connect: () => Promise<Line>;
  readonly signal: AbortSignal;
  readonly calls: Calls;
  readonly random: () => number;
  readonly pause: Pause;
  readonly report: (message: string, done: number, total: number) => void;
};

/** The most tokens one sending of a question can be billed for: a token is never shorter than one byte. */
export function worstOf({ bytes }: Question, { framing }: Dialect, { maxTokens }: ModelOptions): Tokens {
  return { input: bytes + framing, output: maxTokens };
}

export function liveSource(asking: Asking): Source {
  const pace = new Pace({ now: () => performance.now(), pause: asking.pause });
  const tickets = new Tickets(asking.own, placeOf(asking.dialect));
  const { options, signal, random, pause } = asking;
  return {
    get: async (question) => {
      await checkUnsent(question, tickets);
      const line = await asking.connect();
      const read = (error: unknown): Failure => {
        signal.throwIfAborted();
        return line.fail(error);
      };
      const patience = { maxRetries: options.maxRetries, random, pause };
      return retrying(async () => attempt(question, { asking, line, pace }), read, patience);
    },
  };
}

// After a change from mode batch to live, what is under way must not be paid for again.
async function checkUnsent({ key }: Question, tickets: Tickets): Promise<void> {
  const ticket = await tickets.underWay(key);
  if (ticket === undefined) return;
  const id = (await tickets.id(ticket)) ?? "not yet known by its id";
  throw new KolmError("TEACHER_BATCH", `a question of this run went out in a batch that is still under way (${id})`, {
    hint: "Set teacher.mode: batch and run again: it fetches that batch's answers.",
  });
}

type Means = { readonly asking: Asking; readonly line: Line; readonly pace: Pace };

async function attempt(question: Question, { asking, line, pace }: Means): Promise<Reply> {
  const { dialect, options, account, memo, signal } = asking;
  const worst = worstOf(question, dialect, options);
  const hold = await account.hold(question.key, worst, "live");
  let sent = false;
  try {
    // Providers count the most that may come out against their limits, and about a token for four bytes in.
    const turn = await pace.enter({ input: Math.ceil(question.bytes / 4), output: options.maxTokens });
    try {
      signal.throwIfAborted();
      sent = true;
      const reply = await send(question, { asking, line, pace }, worst);
      const kept = await keep(memo, question.key, reply);
      account.settled(question.key);
      await hold.paid(reply.tokens);
      return kept;
    } finally {
      turn.leave();
    }
  } catch (error) {
    const failure = line.fail(error);
    if (failure.afterMs !== undefined) pace.hold(failure.afterMs);
    if (sent && (failure.billed || signal.aborted)) hold.doubt();
    else await hold.free();
    throw error;
  }
}

async function send(question: Question, { asking, line, pace }: Means, worst: Tokens): Promise<Reply> {
  const { dialect, options, contract } = asking;
  using call = asking.calls.open();
  const headers = options.idempotencyHeader === undefined ? {} : { [options.idempotencyHeader]: question.key };
  const started = performance.now();
  const { raw, headers: said } = await line.send(question.body, { signal: call.signal, headers });
  const latencyMs = Math.round(performance.now() - started);
  pace.learn(said);
  return receive(raw, { dialect, line, worst, latencyMs, contract });
}
