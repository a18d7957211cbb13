// This file defines what encoding takes from the stage: bytes, memory, a way to run models, and words to the user.
import type { EncoderOptions } from "@kolm/runtime";
import type { Inputs, Report } from "@kolm/stage";
import type { Memo } from "@kolm/store";

export type Bench = {
  readonly inputs: Inputs;
  readonly memo: Memo;
  readonly createSession: EncoderOptions["createSession"];
  readonly report: Report;
  readonly signal: AbortSignal;
};
