// This file gathers questions into batches and hands out the replies when the batches have ended.
import { KolmError } from "@kolm/format";
import { type Asking, worstOf } from "../ask/live.ts";
import type { Question } from "../ask/question.ts";
import { remembered, type Source } from "../ask/replies.ts";
import type { Reply } from "../ask/reply.ts";
import { BatchRun, type Failed } from "./run.ts";

/** No new question for this long means that the run has asked all it can for now. */
const QUIET_MS = 30;

type Waiting = {
  readonly question: Question;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
};

export function batchSource(asking: Asking): Source {
  let waiting: Waiting[] = [];
  let run: Promise<BatchRun> | undefined;
  let isRunning = false;
  const flush = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      await gathered();
      const round = waiting;
      waiting = [];
      run ??= asking.connect().then((line) => new BatchRun(asking, line));
      await settle(round, asking, run);
    }
    isRunning = false;
  };
  const gathered = async (): Promise<void> => {
    for (let before = -1; before !== waiting.length;) {
      before = waiting.length;
      await asking.pause(QUIET_MS).catch(() => undefined);
    }
  };
  return {
    get: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject });
        if (!isRunning) void flush();
      }),
  };
}

// Never throws: what goes wrong is every waiting question's failure.
async function settle(round: readonly Waiting[], asking: Asking, opening: Promise<BatchRun>): Promise<void> {
  let left = round;
  try {
    const run = await opening;
    const failures = new Map<string, number>();
    await run.resume(left.map(({ question }) => question));
    for (;;) {
      left = await handOut(left, asking);
      if (left.length === 0) return;
      const chunk = await fitting(
        left.map(({ question }) => question),
        { asking, run },
      );
      giveUp(await run.send(chunk), failures, asking.options.maxRetries);
    }
  } catch (error) {
    left = await handOut(left, asking).catch(() => left);
    for (const { reject } of left) reject(error);
  }
}

async function handOut(round: readonly Waiting[], { memo, account }: Asking): Promise<readonly Waiting[]> {
  const left: Waiting[] = [];
  for (const one of round) {
    const reply = await remembered(memo, one.question.key);
    if (reply === undefined) left.push(one);
    else {
      account.book(one.question.key, reply.tokens, reply.mode ?? "live");
      one.resolve(reply);
    }
  }
  return left;
}

// As many as the provider takes at once and the budget can hold; what they do not use is there for the next batch.
async function fitting(
  questions: readonly Question[],
  { asking, run }: { asking: Asking; run: BatchRun },
): Promise<Question[]> {
  const { account, dialect, options } = asking;
  const chunk: Question[] = [];
  let bytes = 0;
  let total = { input: 0, output: 0 };
  for (const question of questions) {
    const worst = worstOf(question, dialect, options);
    const next = { input: total.input + worst.input, output: total.output + worst.output };
    bytes += question.bytes + 256;
    const isFull = chunk.length >= run.most.requests || bytes > run.most.bytes;
    if (chunk.length > 0 && (isFull || !(await account.fits(next, "batch")))) break;
    chunk.push(question);
    total = next;
  }
  return chunk;
}

function giveUp(failed: readonly Failed[], failures: Map<string, number>, maxRetries: number): void {
  for (const { key, note, again } of failed) {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    if (again && count <= maxRetries) continue;
    throw new KolmError("TEACHER_REFUSED", `the teacher did not answer a request of a batch: ${note}`, {
      hint: again ? "Run again later; answers so far are kept." : "Check model and sampling in the teacher section.",
    });
  }
}
