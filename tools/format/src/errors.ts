// This file defines the one error class for what a person can fix.
// Failed checks are values (see verdict.ts), bugs are assertions.

/** Where in a user's file the cause stands; lines and columns count from 1. */
export type Place = { readonly file: string; readonly line?: number; readonly column?: number };

/** An error the user can fix: a stable code, what was found and expected, and the edit or command that helps. */
export class KolmError extends Error {
  override readonly name = "KolmError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly place: Place | undefined;

  constructor(code: string, message: string, options: { hint?: string; place?: Place; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.place = options.place;
  }
}

/** Closes a switch over a union: reaching it is a bug. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** States an invariant; its failure is a bug in kolm, never bad input. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${invariant}`);
}
