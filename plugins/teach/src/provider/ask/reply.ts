// This file holds the few facts kolm keeps of one answered request, and reads the JSON in it.
import { canonicalJson, type Contract, KolmError } from "@kolm/format";
import { z } from "zod";
import { judge, type Verdict } from "../verdict.ts";

const Tokens = z.strictObject({ input: z.int().min(0), output: z.int().min(0) });
/** What the memo keeps of one answered request, as canonical JSON. */
const Reply = z.strictObject({
  content: z.string().nullable(),
  refused: z.boolean(),
  finish: z.string(),
  model: z.string(),
  tokens: Tokens,
  /** null where nobody waited for it: batches. */
  latencyMs: z.int().min(0).nullable(),
  /** Billed at the batch price. */
  mode: z.literal("batch").optional(),
  /** Probability of each value of a field, from the server's token probabilities. */
  soft: z.record(z.string(), z.record(z.string(), z.number())).optional(),
});
export type Reply = z.infer<typeof Reply>;
export type Soft = NonNullable<Reply["soft"]>;

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

type Unusable = { readonly status: "invalid"; readonly note: string; readonly again: boolean };
const invalid = (note: string, again: boolean): Unusable => ({ status: "invalid", note, again });

/** The JSON in a reply, whatever it says; `again` when a second try may do better. */
export function readReply(
  reply: Reply,
): Unusable | { readonly status: "read"; readonly value: unknown; readonly again: false } {
  if (reply.refused) return invalid("the teacher refused to answer", false);
  if (reply.finish === "content_filter") return invalid("the server's content filter withheld the answer", false);
  if (reply.finish === "length") return invalid(`the answer was cut off after ${reply.tokens.output} tokens`, false);
  const value = jsonIn(reply.content ?? "");
  return value === undefined ? invalid("the answer is not JSON", true) : { status: "read", value, again: false };
}

/** The answer in a reply; `again` when a second try may do better. */
export function judgeReply(reply: Reply, input: string, contract: Contract): Verdict & { readonly again: boolean } {
  const read = readReply(reply);
  if (read.status === "invalid") return read;
  const answer = read.value;
  if (typeof answer !== "object" || answer === null || !Object.hasOwn(answer, "answer")) {
    return invalid('the answer lacks the key "answer"', true);
  }
  const verdict = judge((answer as { answer: unknown }).answer, input, contract);
  return { ...verdict, again: verdict.status === "invalid" };
}

// Models that no schema holds wrap their JSON in fences, thoughts or a sentence.
function jsonIn(content: string): unknown {
  const spoken = content.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
  const outermost = spoken.slice(spoken.indexOf("{"), spoken.lastIndexOf("}") + 1);
  for (const text of [content, outermost]) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      continue;
    }
  }
  return undefined;
}
