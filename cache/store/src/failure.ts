// This file words the failures of the disk below the store that a person can mend.
import { KolmError } from "@kolm/format";

const WORDS = new Map([
  ["ENOSPC", { code: "STORE_FULL", found: "the disk is full", hint: "Free some space and run the command again." }],
  ["EDQUOT", { code: "STORE_FULL", found: "the disk quota is used up", hint: "Free some space and run again." }],
  ["EROFS", { code: "STORE_READ_ONLY", found: "the disk is read-only", hint: "Choose another cache folder." }],
  ["EACCES", { code: "STORE_DENIED", found: "permission denied", hint: "Give yourself write access to the folder." }],
  ["EPERM", { code: "STORE_DENIED", found: "not permitted", hint: "Give yourself write access to the folder." }],
  ["ENOTDIR", { code: "STORE_NOT_A_FOLDER", found: "a file stands in its way", hint: "Move that file elsewhere." }],
  ["EEXIST", { code: "STORE_NOT_A_FOLDER", found: "a file stands in its way", hint: "Move that file elsewhere." }],
]);

/** KolmError for what a person can mend; any other error as it is. */
export function storeError(error: unknown, place: string): unknown {
  const words = WORDS.get(errorCode(error) ?? "");
  if (words === undefined) return error;
  return new KolmError(words.code, `the store cannot be written: ${words.found}`, {
    hint: words.hint,
    place: { file: place },
    cause: error,
  });
}

/** The operating system's name of an error (ENOENT, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
