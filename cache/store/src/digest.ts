// This file names bytes by their SHA-256 and refuses what is no such name.
import { createHash } from "node:crypto";
import { KolmError } from "@kolm/format";
import type { Expected } from "./port.ts";

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
  throw blobAltered(sha256, found, place);
}

/** Counts and digests a stream as it passes; end() checks it and gives its name. */
export function meter({ sha256, size, limit = Infinity }: Expected, place: string) {
  const hash = createHash("sha256");
  let count = 0;
  return {
    /** KolmError BLOB_TOO_LARGE. */
    add: (piece: Uint8Array): void => {
      count += piece.length;
      if (count > Math.min(limit, size ?? limit)) throw tooLarge(Math.min(limit, size ?? limit), place);
      hash.update(piece);
    },
    /** KolmError BLOB_ALTERED. */
    end: (): { readonly sha256: string; readonly size: number } => {
      const found = hash.digest("hex");
      if (size !== undefined && count !== size) throw blobAltered(`${size} bytes`, `${count}`, place);
      if (sha256 !== undefined && found !== sha256) throw blobAltered(sha256, found, place);
      return { sha256: found, size: count };
    },
  };
}

/** Passes a stream on and checks it at its end. */
export async function* checked(
  pieces: AsyncIterable<Uint8Array>,
  expected: Expected,
  place: string,
): AsyncGenerator<Uint8Array> {
  const passing = meter(expected, place);
  for await (const piece of pieces) {
    passing.add(piece);
    yield piece;
  }
  passing.end();
}

/** The whole of a stream. */
export async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const joined = Buffer.concat(all);
  return new Uint8Array(joined.buffer, joined.byteOffset, joined.length);
}

export function blobMissing(sha256: string): KolmError {
  return new KolmError("BLOB_MISSING", `the store has no blob ${sha256}`, {
    hint: "Run the stage that makes it again (`kolm compile --force`).",
  });
}

function blobAltered(expected: string, found: string, place: string): KolmError {
  return new KolmError("BLOB_ALTERED", `a blob of the store holds ${found}, its name says ${expected}`, {
    hint: "Delete the file and run the command again: it is fetched or made anew.",
    place: { file: place },
  });
}

function tooLarge(limit: number, place: string): KolmError {
  return new KolmError("BLOB_TOO_LARGE", `${place} sends more than ${limit} bytes`, {
    hint: "Nothing of it was kept. Raise the limit where so many bytes are expected.",
  });
}
