// This file is the teacher that is a model: it asks, checks, and asks once more where that may help.
import type { Contract } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { Account } from "../spend/account.ts";
import { type Amount, Budget, type Cap } from "../spend/budget.ts";
import { Journal } from "../spend/journal.ts";
import type { Price } from "../spend/ledger.ts";
import { formatUsd, parseUsd } from "../spend/money.ts";
import type { Call, Teacher, TeacherRequest, Try } from "../teacher.ts";
import type { Dialect, Tokens } from "./ask/dialect.ts";
import { type Asking, liveSource, worstOf } from "./ask/live.ts";
import { type Question, questioner } from "./ask/question.ts";
import { remembered, Replies } from "./ask/replies.ts";
import { judgeReply, readReply, type Reply } from "./ask/reply.ts";
import { batchSource } from "./batch/source.ts";
import type { ModelOptions } from "./options.ts";
import { callsUnder } from "./wire/abort.ts";
import type { Line, LinePorts } from "./wire/line.ts";

const ATTEMPTS = [0, 1] as const;
/** A batch wants all questions at once. */
const BATCHED = 50_000;

type Usable = ReturnType<typeof judgeReply> | ReturnType<typeof readReply>;
/** One provider's protocol and how its line is opened. */
export type Provider = {
  readonly dialect: Dialect;
  readonly connect: (ports: LinePorts) => Promise<Line>;
};
type Task = {
  readonly contract: Contract;
  readonly description: string;
  readonly price: Price;
  /** What earlier stages spent out of the same budget. */
  readonly before: Amount;
  readonly ports: Pick<Context<unknown>, "task" | "store" | "signal" | "secret" | "rng" | "report">;
};

/** A teacher that asks a server only what the memo does not know, within the budget. */
export function modelTeacher(options: ModelOptions, { dialect, connect }: Provider, task: Task): Teacher {
  const { contract, ports } = task;
  const question = questioner(dialect, task);
  const account = openAccount(options, task);
  const asking = askingOf(options, { task, account, dialect, connect });
  const source = options.mode === "batch" ? batchSource(asking) : liveSource(asking);
  const replies = new Replies({ memo: ports.store.memo, account, source });
  const usable = (reply: Reply, { input, assignment }: TeacherRequest): Usable =>
    assignment === undefined ? judgeReply(reply, input, contract) : readReply(reply);
  const tries = async (request: TeacherRequest): Promise<readonly Try[]> => {
    const tried: Try[] = [];
    for (const attempt of ATTEMPTS) {
      const asked = question({ ...request, attempt });
      const reply = await replies.book(asked);
      const worst = times(worstOf(asked, dialect, options), sendings(options) * (ATTEMPTS.length - attempt));
      tried.push({ key: asked.key, request: asked.request, worst, ...(reply ? { call: callOf(asked, reply) } : {}) });
      if (reply === undefined || !usable(reply, request).again) break;
    }
    return tried;
  };
  const settle = async (request: TeacherRequest): Promise<{ read: Usable; reply: Reply; calls: readonly Call[] }> => {
    const calls: Call[] = [];
    for (const attempt of ATTEMPTS) {
      const asked = question({ ...request, attempt });
      const reply = await replies.ask(asked);
      calls.push(callOf(asked, reply));
      const read = usable(reply, request);
      if (!read.again || attempt === ATTEMPTS.at(-1)) return { read, reply, calls };
    }
    throw new Error("invariant broken: the last attempt settles");
  };
  return {
    name: { provider: options.provider, model: options.model },
    concurrency: options.mode === "batch" ? BATCHED : options.concurrency,
    spent: () => formatUsd(account.spent.usd),
    forecast: async (requests) => {
      let known = 0;
      for (const request of requests) if ((await tries(request)).at(-1)?.call !== undefined) known++;
      return { known, toAsk: requests.length - known };
    },
    answer: async (request) => {
      const { read, reply, calls } = await settle(request);
      if (read.status !== "valid") return { status: "invalid", note: noteOf(read), calls };
      const soft = read.output === null ? undefined : reply.soft;
      return { status: "valid", output: read.output, calls, ...(soft === undefined ? {} : { soft }) };
    },
    compose: async (request) => {
      const { read, calls } = await settle(request);
      if (read.status !== "read") return { status: "invalid", note: noteOf(read), calls };
      return { status: "composed", value: read.value, calls };
    },
    tries,
  };
}

const noteOf = (read: Usable): string => (read.status === "invalid" ? read.note : "not what was asked for");

function callOf({ key }: Question, { tokens, latencyMs, mode }: Reply): Call {
  return { key, tokens, latencyMs, ...(mode === undefined ? {} : { mode }) };
}

// A call that broke off may have been billed each time; what a batch did not get to was not.
function sendings({ mode, maxRetries }: ModelOptions): number {
  return mode === "batch" ? 1 : maxRetries + 1;
}

function times({ input, output }: Tokens, factor: number): Tokens {
  return { input: input * factor, output: output * factor };
}

function openAccount({ budget: cap }: ModelOptions, { price, before, ports: { store, task } }: Task): Account {
  const counts = cap?.counts ?? "answers";
  const budget = new Budget(capOf(cap));
  // The journal of runs holds the other stage's calls too.
  if (counts === "answers") budget.charge(before);
  const isFree = cap === undefined && price.input === 0n && price.output === 0n;
  const journal = isFree ? undefined : new Journal(store.own ?? store.memo, task);
  const answered = async (key: string): Promise<Tokens | undefined> => (await remembered(store.memo, key))?.tokens;
  return new Account({ budget, journal, price, counts, answered });
}

function capOf(budget: ModelOptions["budget"]): Cap {
  const { usd, tokens, inputTokens: input, outputTokens: output } = budget ?? {};
  return {
    ...(usd === undefined ? {} : { usd: parseUsd(usd) }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
}

type Parts = Provider & { readonly task: Task; readonly account: Account };

function askingOf(options: ModelOptions, { task, account, dialect, connect }: Parts): Asking {
  const { store, signal, secret, rng, report } = task.ports;
  const calls = callsUnder(signal);
  const jitter = rng.fork("teacher");
  let line: Promise<Line> | undefined;
  return {
    options,
    dialect,
    contract: task.contract,
    memo: store.memo,
    own: store.own ?? store.memo,
    account,
    connect: () => (line ??= connect({ secret, calls })),
    signal,
    calls,
    random: () => jitter.uniform(),
    pause: calls.pause,
    report: (message, done, total) => report({ message, done, total }),
  };
}
