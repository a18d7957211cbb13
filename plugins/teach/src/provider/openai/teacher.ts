// This file is the teacher behind an OpenAI-compatible server: it asks, checks, and asks once more where that may help.
import type { Contract } from "@kolm/format";
import { type Amount, Budget, type Cap } from "../../spend/budget.ts";
import type { Price } from "../../spend/ledger.ts";
import { parseUsd } from "../../spend/money.ts";
import type { OpenAIOptions } from "../../options.ts";
import type { Call, Teacher, TeacherRequest } from "../../teacher.ts";
import { questioner } from "./question.ts";
import { Replies, type ReplyPorts } from "./replies.ts";
import { judgeReply } from "./reply.ts";

const ATTEMPTS = [0, 1] as const;
type Task = {
  readonly contract: Contract;
  readonly description: string;
  readonly price: Price;
  /** What earlier stages spent out of the same budget. */
  readonly before: Amount;
  readonly ports: ReplyPorts;
};

/** A teacher that asks a server only what the memo does not know, within the budget. */
export function openaiTeacher(options: OpenAIOptions, { contract, description, price, before, ports }: Task): Teacher {
  const question = questioner(options, { contract, description });
  const budget = new Budget(capOf(options));
  budget.charge(before);
  const replies = new Replies(options, { price, ports, budget });
  const isKnown = async (request: TeacherRequest): Promise<boolean> => {
    for (const attempt of ATTEMPTS) {
      const reply = await replies.book(question({ ...request, attempt }));
      if (reply === undefined) return false;
      if (!judgeReply(reply, request.input, contract).again) return true;
    }
    return true;
  };
  return {
    name: { provider: "openai", model: options.model },
    concurrency: options.concurrency,
    forecast: async (requests) => {
      let known = 0;
      for (const request of requests) if (await isKnown(request)) known++;
      return { known, toAsk: requests.length - known };
    },
    answer: async (request) => {
      const calls: Call[] = [];
      let note = "";
      for (const attempt of ATTEMPTS) {
        const asked = question({ ...request, attempt });
        const reply = await replies.ask(asked);
        calls.push({ key: asked.key, tokens: reply.tokens, latencyMs: reply.latencyMs });
        const { again, ...verdict } = judgeReply(reply, request.input, contract);
        if (verdict.status === "valid") return { ...verdict, calls };
        note = verdict.note;
        if (!again) break;
      }
      return { status: "invalid", note, calls };
    },
  };
}

function capOf({ budget }: OpenAIOptions): Cap {
  const { usd, tokens } = budget ?? {};
  return { ...(usd === undefined ? {} : { usd: parseUsd(usd) }), ...(tokens === undefined ? {} : { tokens }) };
}
