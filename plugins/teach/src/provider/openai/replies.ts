// This file gets the reply to a question: from the memo, from a call under way, or by paying for a new call.
import { KolmError } from "@kolm/format";
import type { Memo } from "@kolm/store";
import { type Amount, type Budget, NOTHING } from "../../spend/budget.ts";
import { costOf, type Price } from "../../spend/ledger.ts";
import type { OpenAIOptions } from "../../options.ts";
import { type ClientPorts, openaiClient, type Send } from "./client.ts";
import type { Question } from "./question.ts";
import { packReply, type Reply, unpackReply } from "./reply.ts";

/** Tokens a chat format adds around the messages, at most. */
const FRAMING_TOKENS = 256;

export type ReplyPorts = ClientPorts & { readonly memo: Memo };

/**
 * Replies by request digest, each in the memo the moment it comes.
 * Invariant: no request is sent that the memo knows or that is under way.
 */
export class Replies {
  readonly #options: OpenAIOptions;
  readonly #price: Price;
  readonly #ports: ReplyPorts;
  readonly #budget: Budget;
  readonly #underWay = new Map<string, Promise<Reply>>();
  readonly #booked = new Set<string>();
  #send: Send | undefined;

  constructor(options: OpenAIOptions, { price, ports, budget }: { price: Price; ports: ReplyPorts; budget: Budget }) {
    this.#options = options;
    this.#price = price;
    this.#ports = ports;
    this.#budget = budget;
  }

  /** The remembered reply, if any; its cost is booked, so that the budget covers the task and not each run. */
  async book({ key }: Question): Promise<Reply | undefined> {
    const reply = await this.#remembered(key);
    if (reply === undefined || this.#booked.has(key)) return reply;
    this.#booked.add(key);
    this.#budget.charge(this.#amount(reply.tokens));
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
    const remembered = await this.#remembered(question.key);
    if (remembered !== undefined) return remembered;
    this.#send ??= openaiClient(this.#options, this.#ports);
    // A token is never shorter than one byte, so bytes bound tokens for any tokenizer.
    const worst = { input: question.bytes + FRAMING_TOKENS, output: this.#options.maxTokens };
    const { doubt, settle } = await this.#budget.reserve(this.#amount(worst), this.#options.maxRetries + 1);
    let spent = NOTHING;
    try {
      this.#ports.signal.throwIfAborted();
      const reply = await this.#send(question, { worst, doubt });
      spent = this.#amount(reply.tokens);
      return await this.#keep(question.key, reply);
    } finally {
      settle(spent);
    }
  }

  // Another process may have asked the same at the same moment: the first answer stays, for both.
  async #keep(key: string, reply: Reply): Promise<Reply> {
    try {
      await this.#ports.memo.put(key, packReply(reply));
      return reply;
    } catch (error) {
      if (!(error instanceof KolmError) || error.code !== "MEMO_CONFLICT") throw error;
      return (await this.#remembered(key)) ?? reply;
    }
  }

  async #remembered(key: string): Promise<Reply | undefined> {
    const bytes = await this.#ports.memo.get(key);
    return bytes === undefined ? undefined : unpackReply(bytes, key);
  }

  #amount(tokens: Reply["tokens"]): Amount {
    return { usd: costOf(tokens, this.#price), tokens: tokens.input + tokens.output };
  }
}
