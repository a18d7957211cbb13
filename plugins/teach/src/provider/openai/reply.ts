// This file reads a chat completion: the few fields kolm keeps of it, and the answer they hold.
import { canonicalJson, type Contract, KolmError } from "@kolm/format";
import { z } from "zod";
import { judge, type Verdict } from "../verdict.ts";

const Completion = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
});

/** What the memo keeps of one answered request, as canonical JSON. */
const Reply = z.strictObject({
  content: z.string().nullable(),
  refused: z.boolean(),
  finish: z.string(),
  model: z.string(),
  tokens: z.strictObject({ input: z.int().min(0), output: z.int().min(0) }),
  latencyMs: z.int().min(0),
});
export type Reply = z.infer<typeof Reply>;

/** Reads the server's JSON; a server that counts no tokens is booked with the worst case. KolmError TEACHER_REPLY. */
export function readCompletion(
  raw: unknown,
  known: { latencyMs: number; worst: Reply["tokens"]; address: string },
): Reply {
  const parsed = Completion.safeParse(raw);
  const choice = parsed.success ? parsed.data.choices[0] : undefined;
  if (!parsed.success || choice === undefined) throw malformed(known.address);
  const { message, finish_reason } = choice;
  const { usage, model } = parsed.data;
  return {
    // Canonical JSON cannot hold half of a surrogate pair, and an answer that was paid for must be kept.
    content: message.content?.replace(/\p{Surrogate}/gu, "\uFFFD") ?? null,
    refused: typeof message.refusal === "string" && message.refusal !== "",
    finish: finish_reason ?? "",
    model: model ?? "",
    tokens: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : known.worst,
    latencyMs: known.latencyMs,
  };
}

export function malformed(address: string): KolmError {
  return new KolmError(
    "TEACHER_REPLY",
    `the teacher at ${address} answered with something that is no chat completion`,
    {
      hint: "Check teacher.baseURL: it must end where /chat/completions follows, often in /v1.",
    },
  );
}

export function packReply(reply: Reply): Uint8Array {
  return new TextEncoder().encode(canonicalJson(reply));
}

/** The reply in a memo entry; KolmError TEACHER_MEMO when the entry is not one of ours. */
export function unpackReply(bytes: Uint8Array, key: string): Reply {
  try {
    return Reply.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new KolmError("TEACHER_MEMO", `the memo's entry ${key} is damaged`, {
      hint: "Delete the memo folder of the store; answers that other tasks share must then be asked again.",
      cause,
    });
  }
}

/** The answer in a reply; `again` when a second try may do better. */
export function judgeReply(reply: Reply, input: string, contract: Contract): Verdict & { readonly again: boolean } {
  const invalid = (note: string, again: boolean) => ({ status: "invalid", note, again }) as const;
  if (reply.refused) return invalid("the teacher refused to answer", false);
  if (reply.finish === "content_filter") return invalid("the server's content filter withheld the answer", false);
  if (reply.finish === "length") return invalid(`the answer was cut off after ${reply.tokens.output} tokens`, false);
  let answer: unknown;
  try {
    answer = JSON.parse(reply.content ?? "");
  } catch {
    return invalid("the answer is not JSON", true);
  }
  if (typeof answer !== "object" || answer === null || !Object.hasOwn(answer, "answer")) {
    return invalid('the answer lacks the key "answer"', true);
  }
  const verdict = judge((answer as { answer: unknown }).answer, input, contract);
  return { ...verdict, again: verdict.status === "invalid" };
}
