// This file decides what a request gets: reads of the own scope and main, writes into the own scope alone, each key once.
import type { IncomingMessage } from "node:http";
import { KolmError } from "@kolm/format";
import { errorCode } from "@kolm/store";
import type { Route } from "./route.ts";
import type { FileFacts, Shelf } from "./shelf.ts";
import type { Grant } from "./token.ts";
import { announcedSize, bodyOf } from "./upload.ts";

/** Largest memo entry: 16 MiB. */
const ENTRY_LIMIT = 16 << 20;

export type Answer = {
  readonly status: number;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly file?: FileFacts;
  /** Bytes that were stored. */
  readonly received?: number;
  /** Why it was refused, for the metrics. */
  readonly refused?: string;
};
export type Asked = {
  readonly request: IncomingMessage;
  readonly route: Extract<Route, { readonly key: string }>;
  readonly grant: Grant;
  readonly shelf: (scope: string) => Promise<Shelf>;
  /** Largest blob; bytes. */
  readonly maxUpload: number;
};

/** GET and HEAD: anything that goes wrong is a miss, since clients fail whole runs on other answers. */
export async function look({ route, grant, shelf }: Asked): Promise<Answer> {
  for (const scope of new Set([grant.scope, "main"])) {
    const found = await shelf(scope)
      .then((opened) => lookIn(opened, route))
      .catch(() => undefined);
    if (found !== undefined) return found;
  }
  return { status: 404, text: "not here" };
}

async function lookIn(shelf: Shelf, { kind, key }: Asked["route"]): Promise<Answer | undefined> {
  if (kind === "ac") {
    const bytes = await shelf.entry(key);
    return bytes === undefined ? undefined : { status: 200, bytes };
  }
  const file = await (kind === "cas" ? shelf.blob(key) : shelf.archive(key));
  return file === undefined ? undefined : { status: 200, file };
}

/** PUT. Nx takes 403 and 409 for "not stored" and goes on, and fails on other refusals: so it gets no others. */
export async function store(asked: Asked): Promise<Answer> {
  const { route, request, grant } = asked;
  const isNx = route.kind === "nx";
  const size = announcedSize(request);
  const refuse = (status: number, refused: string, text: string): Answer => ({
    status: isNx && status !== 409 ? 403 : status,
    refused,
    text,
  });
  if (!grant.write) return refuse(403, "read_only", "this token may only read");
  if (size === undefined) return refuse(411, "no_length", "content-length is needed");
  if (size > (route.kind === "ac" ? ENTRY_LIMIT : asked.maxUpload)) return refuse(413, "too_large", "too large");
  try {
    const shelf = await asked.shelf(grant.scope);
    if (!(await shelf.hasRoom(size))) return refuse(507, "scope_full", "the scope has no room left");
    return (await take(shelf, asked, size)) === "other"
      ? refuse(409, "written_before", "there is another value under this key")
      : { status: 200, text: "stored", received: size };
  } catch (error) {
    return refuse(...refusalOf(error));
  }
}

async function take(shelf: Shelf, { route: { kind, key }, request }: Asked, size: number): Promise<string> {
  const stream = { pieces: bodyOf(request), size };
  if (kind === "nx") return shelf.putArchive(key, stream);
  if (kind === "ac") return shelf.putEntry(key, await gathered(stream.pieces));
  await shelf.putBlob(key, stream);
  return "stored";
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function refusalOf(error: unknown): [number, string, string] {
  const code = error instanceof KolmError ? error.code : (errorCode(error) ?? "");
  if (code === "BLOB_ALTERED" || code === "BLOB_TOO_LARGE")
    return [400, "wrong_digest", "the bytes are not the name's"];
  if (code === "STORE_FULL" || code === "ENOSPC" || code === "EDQUOT") return [507, "disk_full", "the disk is full"];
  if (code === "UPLOAD_SLOW") return [408, "slow", "too slow"];
  if (code === "UPLOAD_BROKEN" || code === "ECONNRESET") return [400, "broken_off", "the body broke off"];
  return [500, "failed", "the server could not store it"];
}
