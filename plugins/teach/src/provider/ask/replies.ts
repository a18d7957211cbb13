// This file gets the reply to a question: from the memo, from a call under way, or from whoever asks the server.
import type { Memo } from "@kolm/store";
import { putFirst } from "../../spend/journal.ts";
import type { Account } from "../../spend/account.ts";
import type { Question } from "./question.ts";
import { packReply, type Reply, unpackReply } from "./reply.ts";

/** Asks the server, one by one or in batches; whatever it gives has been paid for and is in the memo. */
export type Source = { readonly get: (question: Question) => Promise<Reply> };

/** Invariant: no request is sent that the memo knows or that is under way. */
export class Replies {
  readonly #memo: Memo;
  readonly #account: Account;
  readonly #source: Source;
  readonly #underWay = new Map<string, Promise<Reply>>();

  constructor({ memo, account, source }: { memo: Memo; account: Account; source: Source }) {
    this.#memo = memo;
    this.#account = account;
    this.#source = source;
  }

  /** The remembered reply, if any; its cost is booked, so that the budget covers the task and not each run. */
  async book({ key }: Pick<Question, "key">): Promise<Reply | undefined> {
    const reply = await remembered(this.#memo, key);
    if (reply !== undefined) this.#account.book(key, reply.tokens, reply.mode ?? "live");
    return reply;
  }

  async ask(question: Question): Promise<Reply> {
    const underWay = this.#underWay.get(question.key);
    if (underWay !== undefined) return underWay;
    const reply = this.#rememberOrPay(question);
    this.#underWay.set(question.key, reply);
    try {
      return await reply;
    } finally {
      this.#underWay.delete(question.key);
    }
  }

  async #rememberOrPay(question: Question): Promise<Reply> {
    return (await this.book(question)) ?? this.#source.get(question);
  }
}

export async function remembered(memo: Memo, key: string): Promise<Reply | undefined> {
  const bytes = await memo.get(key);
  return bytes === undefined ? undefined : unpackReply(bytes, key);
}

/** Writes an answer down; where another process asked the same at the same moment, the first answer stays, for both. */
export async function keep(memo: Memo, key: string, reply: Reply): Promise<Reply> {
  if (await putFirst(memo, key, packReply(reply))) return reply;
  return (await remembered(memo, key)) ?? reply;
}
