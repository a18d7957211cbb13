// This file makes the error of an index whose files cannot be searched.
import { KolmError } from "@kolm/format";

/** KolmError RECALL_MALFORMED: what was found where, and what was expected. */
export function malformed(detail: string): KolmError {
  return new KolmError("RECALL_MALFORMED", `the recall index cannot be searched: ${detail}`, {
    hint: "Compile the task again.",
  });
}
