// This file names bytes by their SHA-256 and refuses what is no such name.
import { createHash } from "node:crypto";
import { KolmError } from "@kolm/format";

/** Lower-case hex SHA-256 of bytes (FIPS 180-4). */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Refuses anything but 64 lower-case hex digits, so that a name can never climb out of the store's folder. */
export function checkName(sha256: string): string {
  if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw new KolmError("DIGEST_MALFORMED", `"${sha256.slice(0, 80)}" is no digest: expected 64 lower-case hex digits`, {
    hint: "The file that names it was changed by hand or cut short. Delete it and run the command again.",
  });
}

/** The bytes, when they are what their name says; KolmError BLOB_ALTERED otherwise. */
export function checkBytes(sha256: string, bytes: Uint8Array, place: string): Uint8Array {
  const found = sha256Of(bytes);
  if (found === sha256) return bytes;
  throw new KolmError("BLOB_ALTERED", `a blob of the store holds ${found}, its name says ${sha256}`, {
    hint: "Delete the file and run the command again: it is fetched or made anew.",
    place: { file: place },
  });
}

export function blobMissing(sha256: string): KolmError {
  return new KolmError("BLOB_MISSING", `the store has no blob ${sha256}`, {
    hint: "Run the stage that makes it again (`kolm compile --force`).",
  });
}
