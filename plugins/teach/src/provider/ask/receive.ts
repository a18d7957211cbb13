// This file turns what a server sent into the reply that is kept.
import type { Contract } from "@kolm/format";
import { malformed } from "../wire/failure.ts";
import type { Line } from "../wire/line.ts";
import type { Dialect, Tokens } from "./dialect.ts";
import type { Reply } from "./reply.ts";
import { softOf } from "./soft.ts";

export type Receiving = {
  readonly dialect: Dialect;
  readonly line: Pick<Line, "url" | "redact">;
  /** Booked where the server counts no tokens. */
  readonly worst: Tokens;
  readonly latencyMs: number | null;
  /** undefined: the answer is no answer to the task, and gets no soft values. */
  readonly contract: Contract | undefined;
};

/** The reply in a response body; KolmError TEACHER_REPLY when it is none. */
export function receive(raw: unknown, { dialect, line, worst, latencyMs, contract }: Receiving): Reply {
  const said = dialect.read(raw);
  if (said === undefined) throw malformed(line.url);
  const soft = contract === undefined ? undefined : softOf(said, contract);
  // Canonical JSON cannot hold half of a surrogate pair, and an answer that was paid for must be kept.
  const content = said.content?.replace(/\p{Surrogate}/gu, "\uFFFD") ?? null;
  return {
    content: content === null ? null : line.redact(content),
    refused: said.refused,
    finish: line.redact(said.finish),
    model: line.redact(said.model),
    tokens: said.tokens ?? worst,
    latencyMs,
    ...(latencyMs === null ? { mode: "batch" } : {}),
    ...(soft === undefined ? {} : { soft }),
  };
}
