// This file checks what a teacher said against the task's contract.
import { type Contract, KolmError, type Output } from "@kolm/format";
import { readOutput } from "@kolm/stage";

/** The checked answer with its spans found in the input, or why it is none. */
export type Verdict =
  | { readonly status: "valid"; readonly output: Output | null }
  | { readonly status: "invalid"; readonly note: string };

/** null is an abstention; anything else must answer every field of the contract and no other. */
export function judge(value: unknown, input: string, contract: Contract): Verdict {
  if (value === null) return { status: "valid", output: null };
  try {
    return { status: "valid", output: readOutput(value, { input, at: { file: "teacher", line: 1 }, contract }) };
  } catch (error) {
    if (!(error instanceof KolmError)) throw error;
    return { status: "invalid", note: error.message };
  }
}
