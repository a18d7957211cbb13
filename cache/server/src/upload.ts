// This file takes in request bodies: counted, not crawling, and read away where they are refused.
import type { IncomingMessage } from "node:http";
import { KolmError } from "@kolm/format";

/** An upload may take this long whatever its size, and from then on must keep to this many bytes a millisecond. */
const GRACE_MS = 60_000;
const LEAST_BYTES_PER_MS = 4;
/** The length a request announces; undefined when it announces none, or something else than a number of bytes. */
export function announcedSize({ headers }: IncomingMessage): number | undefined {
  const text = headers["content-length"];
  const size = text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
  return headers["transfer-encoding"] === undefined ? size : undefined;
}

/** The body; KolmError UPLOAD_SLOW when it crawls, UPLOAD_BROKEN when it ends early. */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const start = performance.now();
  let count = 0;
  // Whoever stops reading still has to be able to answer.
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    // A byte stream gives buffers.
    const bytes = piece as Buffer;
    count += bytes.length;
    if (performance.now() - start > GRACE_MS + count / LEAST_BYTES_PER_MS)
      throw new KolmError("UPLOAD_SLOW", `${count} bytes in more than ${GRACE_MS / 1000} s`);
    yield bytes;
  }
  if (!request.complete) throw new KolmError("UPLOAD_BROKEN", "the client went away");
}

/** Reads a refused body away; false when it is longer than the limit (bytes), and the connection has to be closed. */
export async function drain(request: IncomingMessage, limit: number): Promise<boolean> {
  if (request.complete) return true;
  if (request.destroyed || (announcedSize(request) ?? Infinity) > limit) return false;
  try {
    for await (const _ of bodyOf(request));
    return true;
  } catch {
    return false;
  }
}
