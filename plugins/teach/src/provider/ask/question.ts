// This file words one question to a model as a canonical request, and names it by its digest.
import { createHash } from "node:crypto";
import { canonicalJson, type Contract } from "@kolm/format";
import type { TeacherRequest } from "../../teacher.ts";
import type { Body, Dialect } from "./dialect.ts";
import { delimit, systemPrompt } from "./prompt.ts";
import { answerSchema } from "./schema.ts";

/** key: SHA-256 of what decides the answer, the address and the attempt included; bytes: the request's UTF-8 length. */
export type Question = {
  readonly key: string;
  readonly body: Body;
  readonly bytes: number;
  /** What the key is the digest of. */
  readonly request: Body;
};
/** Attempt 0 is the first; attempt 1 asks again after an answer that did not fit. */
export type Attempt = TeacherRequest & { readonly attempt: number };

/** A function from attempt to question for one task; the system prompt is the same for all. */
export function questioner(
  dialect: Dialect,
  task: { readonly contract: Contract; readonly description: string },
): (attempt: Attempt) => Question {
  const system = systemPrompt(task.description);
  const answer = answerSchema(task.contract);
  return ({ input, sample, attempt, assignment }) => {
    const words = { system: assignment?.system ?? system, schema: assignment?.schema ?? answer };
    const body = dialect.body({ ...words, user: delimit(input) }, { sample, attempt });
    const request = { kind: dialect.kind, baseURL: dialect.address, body, sample, attempt };
    const canonical = canonicalJson(request);
    const key = createHash("sha256").update(canonical).digest("hex");
    return { key, body, bytes: Buffer.byteLength(canonical), request };
  };
}
