// This file takes batches from submission to their last result, and finds those that an earlier run left behind.
import { KolmError } from "@kolm/format";
import type { Hold } from "../../spend/account.ts";
import { type Asking, worstOf } from "../ask/live.ts";
import type { Question } from "../ask/question.ts";
import type { Failure } from "../wire/failure.ts";
import type { Line } from "../wire/line.ts";
import { retrying } from "../wire/patience.ts";
import { type Collected, collect } from "./collect.ts";
import type { BatchLine, BatchState } from "./line.ts";
import { seek } from "./seek.ts";
import { placeOf, Tickets } from "./tickets.ts";

export type Failed = { readonly key: string; readonly note: string; readonly again: boolean };

export class BatchRun {
  readonly #asking: Asking;
  readonly #line: Line;
  readonly #batches: BatchLine;
  readonly #tickets: Tickets;

  /** KolmError TEACHER_BATCH when the platform has no batch API. */
  constructor(asking: Asking, line: Line) {
    this.#asking = asking;
    this.#line = line;
    this.#tickets = new Tickets(asking.own, placeOf(asking.dialect));
    if (line.batches === undefined) {
      throw new KolmError("TEACHER_BATCH", `the teacher at ${line.url} has no batch API that kolm knows`, {
        hint: "Set teacher.mode: live.",
      });
    }
    this.#batches = line.batches;
  }

  get most(): BatchLine["most"] {
    return this.#batches.most;
  }

  /** Brings home every batch that these questions went out in, and every one whose end the journal lacks. */
  async resume(questions: readonly Question[]): Promise<void> {
    const tickets = new Set(await this.#asking.account.pending());
    for (const { key } of questions) for (const ticket of await this.#tickets.history(key)) tickets.add(ticket);
    for (const ticket of tickets) if (!(await this.#tickets.isEnded(ticket))) await this.#resume(ticket, questions);
  }

  /** Sends questions as one batch and waits for its end; gives the requests it did not answer. */
  async send(questions: readonly Question[]): Promise<readonly Failed[]> {
    const { account, dialect, options } = this.#asking;
    const worsts = questions.map((question) => worstOf(question, dialect, options));
    const worst = {
      input: worsts.reduce((sum, { input }) => sum + input, 0),
      output: worsts.reduce((sum, { output }) => sum + output, 0),
    };
    const since = await this.#again(() => this.#batches.newest());
    const keys = questions.map(({ key }) => key);
    const ticket = await this.#tickets.begin(keys, { since, count: keys.length, worst });
    const hold = await account.hold(ticket, worst, "batch").catch(async (error: unknown) => {
      await this.#tickets.end(ticket);
      throw error;
    });
    const id = await this.#submit(ticket, questions, hold);
    if (id === undefined) return keys.map((key) => ({ key, note: "the batch did not arrive", again: true }));
    const { state, collected } = await this.#bringHome(ticket, { id, hold, questions });
    if (state.cancelled && collected.keys.length < state.total) throw cancelled(state, collected);
    return collected.failed;
  }

  // A submission whose outcome is unknown is looked for, never simply repeated.
  async #submit(ticket: string, questions: readonly Question[], hold: Hold): Promise<string | undefined> {
    let isLost = false;
    const submitted = async (): Promise<string | undefined> => {
      try {
        return await this.#batches.submit(ticket, questions);
      } catch (error) {
        if (!this.#fail(error).billed) throw error;
        isLost = true;
        return this.#seek(ticket);
      }
    };
    let id: string | undefined;
    try {
      id = await this.#again(submitted);
    } catch (error) {
      this.#asking.signal.throwIfAborted();
      if (!isLost) await this.#neverSent(ticket, hold);
      throw error;
    }
    if (id === undefined) await this.#neverSent(ticket, hold);
    else await this.#tickets.setId(ticket, id);
    return id;
  }

  async #neverSent(ticket: string, hold: Hold): Promise<void> {
    await hold.free();
    await this.#tickets.end(ticket);
  }

  async #resume(ticket: string, questions: readonly Question[]): Promise<void> {
    const intent = await this.#tickets.intent(ticket);
    if (intent === undefined) return;
    const id = (await this.#tickets.id(ticket)) ?? (await this.#seek(ticket));
    const hold = await this.#asking.account.adopt(ticket, intent.worst);
    if (id === undefined) return this.#neverSent(ticket, hold);
    await this.#tickets.setId(ticket, id);
    await this.#bringHome(ticket, { id, hold, questions });
  }

  async #bringHome(ticket: string, { id, hold, questions }: Sent): Promise<Home> {
    const state = await this.#ended(id);
    if (state.refused !== undefined) {
      await this.#neverSent(ticket, hold);
      throw new KolmError("TEACHER_REFUSED", `the teacher at ${this.#line.url} took none of ${id}: ${state.refused}`, {
        hint: "Check model, api and sampling in the teacher section.",
      });
    }
    const collected = await this.#collect(state, ticket, questions);
    await hold.paid(collected.tokens);
    for (const key of collected.keys) this.#asking.account.settled(key);
    await this.#tickets.end(ticket);
    return { state, collected };
  }

  #collect(state: BatchState, ticket: string, questions: readonly Question[]): Promise<Collected> {
    const read = (error: unknown): Failure => {
      const failure = this.#fail(error);
      // A download that breaks off costs nothing, and is simply read again.
      const isBroken = !(failure.error instanceof KolmError) || failure.error.code === "TEACHER_REPLY";
      return isBroken ? { ...failure, error: unread(state.id, failure.error), again: true } : failure;
    };
    const sought = { state, ticket, questions };
    const means = { asking: this.#asking, line: this.#line, batches: this.#batches, tickets: this.#tickets };
    return this.#again(() => collect(sought, means), read);
  }

  /** Looks until the batch has ended; the waits grow by half up to thirty times the first. */
  async #ended(id: string): Promise<BatchState> {
    const { options, pause, random, report } = this.#asking;
    const first = options.pollSeconds * 1000;
    for (let wait = first; ; wait = Math.min(wait * 1.5, first * 30)) {
      const state = await this.#again(() => this.#batches.look(id));
      report(`${id}: ${state.done} of ${state.total} answered`, state.done, state.total);
      if (state.ended) return state;
      await pause(wait * (0.9 + random() / 5));
    }
  }

  #seek(ticket: string): Promise<string | undefined> {
    return seek(ticket, {
      batches: this.#batches,
      tickets: this.#tickets,
      ended: (id) => this.#ended(id),
      again: (look) => this.#again(look),
      pause: () => this.#asking.pause(this.#asking.options.pollSeconds * 1000),
    });
  }

  #again<T>(attempt: () => Promise<T>, read = (error: unknown): Failure => this.#fail(error)): Promise<T> {
    const { options, random, pause } = this.#asking;
    return retrying(attempt, read, { maxRetries: options.maxRetries, random, pause });
  }

  #fail(error: unknown): Failure {
    this.#asking.signal.throwIfAborted();
    return this.#line.fail(error);
  }
}

type Home = { readonly state: BatchState; readonly collected: Collected };
type Sent = { readonly id: string; readonly hold: Hold; readonly questions: readonly Question[] };

function unread(id: string, cause: unknown): KolmError {
  const why = cause instanceof Error ? cause.message : "";
  return new KolmError("TEACHER_BATCH", `the results of ${id} cannot be read to their end: ${why}`, {
    hint: "Run again: the batch is paid for, and nothing of it is asked twice.",
  });
}

function cancelled({ id, total }: BatchState, { keys }: Collected): KolmError {
  return new KolmError(
    "TEACHER_BATCH",
    `${id} was cancelled at the provider with ${total - keys.length} requests left`,
    {
      hint: `Run again to send those in a new batch; ${keys.length} answers are kept.`,
    },
  );
}
