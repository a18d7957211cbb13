// This file turns an error into the text a person reads: place, what is wrong, how to fix it.
import { KolmError } from "@kolm/format";

/** file:line:column message, then the hint; other errors with their stack, since they are bugs. */
export function describeError(error: unknown): string {
  if (error instanceof KolmError) {
    const { place, hint, code, message } = error;
    const where = place
      ? `${place.file}${place.line === undefined ? "" : `:${place.line}${place.column === undefined ? "" : `:${place.column}`}`} `
      : "";
    return `error ${code}: ${where}${message}${hint === undefined ? "" : `\n  fix: ${hint}`}`;
  }
  if (error instanceof Error && error.name === "AbortError")
    return "interrupted; finished stages are kept, run the same command to go on";
  return `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
