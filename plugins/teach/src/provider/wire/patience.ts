// This file asks again after failures that may pass: exponential back-off with full jitter, and what the server wishes.
import { KolmError } from "@kolm/format";
import type { Failure } from "./failure.ts";

const FIRST_MS = 500;
const LONGEST_MS = 60_000;
const LONGEST_WISH_MS = 900_000;

export type Pause = (milliseconds: number) => Promise<void>;
export type Patience = {
  readonly maxRetries: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly pause: Pause;
};

/** Runs an attempt up to 1 + maxRetries times; throws the last failure's error. */
export async function retrying<T>(
  attempt: () => Promise<T>,
  read: (error: unknown) => Failure,
  { maxRetries, random, pause }: Patience,
): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      const failure = read(error);
      if (!failure.again || retries >= maxRetries) throw failure.error;
      await pause(waitMs(failure, retries, random()));
    }
  }
}

/** Full jitter (M. Brooker, "Exponential backoff and jitter", 2015); on top of the server's own wish if it has one. */
export function waitMs({ error, afterMs }: Failure, retries: number, random: number): number {
  const wish = afterMs ?? 0;
  if (wish > LONGEST_WISH_MS) {
    const said = error instanceof Error ? error.message : "";
    throw new KolmError("TEACHER_BUSY", `${said} (asks to wait ${Math.ceil(wish / 1000)} s)`, {
      hint: "Run again later; answers so far are kept.",
    });
  }
  const jitter = random * Math.min(LONGEST_MS, FIRST_MS * (1 << Math.min(retries, 16)));
  return afterMs === undefined ? jitter : wish + jitter / 4;
}
