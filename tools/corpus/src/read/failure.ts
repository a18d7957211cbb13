// This file words the errors of readers: what was found in which file, and what helps.
import { KolmError, type Place } from "@kolm/format";

/** Throw it for a file that is damaged, closed, of another kind or in another encoding than it should be. */
export function unreadable(place: Place, found: string, hint: string): KolmError {
  return new KolmError("CORPUS_UNREADABLE", `${place.file} cannot be read: ${found}`, { hint, place });
}

/** Throw it where reading on would take more memory than the caller allows. */
export function tooLarge(place: Place, found: string, hint: string): KolmError {
  return new KolmError("CORPUS_TOO_LARGE", `${place.file} ${found}`, { hint, place });
}

/** What a library's error says, in one line. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").slice(0, 200);
}

/** Throws the error of a broken row or message, unless the caller wants to be told and go on. */
export function tell({ damaged }: { readonly damaged?: (error: KolmError) => void }, error: KolmError): void {
  if (damaged === undefined) throw error;
  damaged(error);
}
