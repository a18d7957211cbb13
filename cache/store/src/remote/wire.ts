// This file sends one request to a cache over HTTP, and gives up on servers that are silent or crawl.
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { KolmError } from "@kolm/format";
import { errorCode } from "../failure.ts";

type Ask = {
  readonly method: "GET" | "HEAD" | "PUT";
  /** Below the server's address, without a leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each try. */
  readonly body?: { readonly pieces: () => AsyncIterable<Uint8Array>; readonly size: number; readonly sha256: string };
};
export type Reply = { readonly status: number; readonly size: number | undefined; readonly body: IncomingMessage };
export type Wire = { readonly send: (ask: Ask) => Promise<Reply>; readonly close: () => void };

export type WireOptions = {
  readonly url: URL;
  /** Silence longer than this ends a request; milliseconds. */
  readonly timeoutMs: number;
  /** Headers of a request, made when it is sent. */
  readonly headers: (ask: Ask, url: URL) => Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly sockets?: number;
};

/** A request may take this long whatever its size, and from then on must keep to at least this many bytes a second. */
const GRACE_MS = 30_000;
const LEAST_BYTES_PER_MS = 65;

/** A keep-alive connection pool to one server; KolmError REMOTE_UNREACHABLE for all that goes wrong below HTTP. */
export function openWire(options: WireOptions): Wire {
  const isTls = options.url.protocol === "https:";
  const agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: options.sockets ?? 16 });
  const send = async (ask: Ask, isAgain = false): Promise<Reply> => {
    const call = start(ask, options, { request: isTls ? httpsRequest : httpRequest, agent });
    try {
      return await call.reply;
    } catch (error) {
      // The server may close a kept connection at the very moment it is used again.
      if (!isAgain && call.isReused() && errorCode(error) === "ECONNRESET") return send(ask, true);
      throw unreachable(error, options.url);
    }
  };
  return { send: (ask) => send(ask), close: () => agent.destroy() };
}

type Transport = { readonly request: typeof httpRequest; readonly agent: HttpAgent | HttpsAgent };

function start(ask: Ask, { url: base, timeoutMs, headers, signal }: WireOptions, { request, agent }: Transport) {
  const url = new URL(ask.path, base.href.endsWith("/") ? base : `${base.href}/`);
  const length = ask.body === undefined ? {} : { "content-length": String(ask.body.size) };
  const sent = request(url, {
    method: ask.method,
    agent,
    headers: { ...length, ...ask.headers, ...headers(ask, url) },
    ...(signal ? { signal } : {}),
  });
  sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no sign of life for ${timeoutMs} ms`)));
  const reply = new Promise<Reply>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (body) => {
      const declared = Number(body.headers["content-length"]);
      const size = ask.method === "GET" && Number.isSafeInteger(declared) ? declared : undefined;
      resolve({ status: body.statusCode ?? 0, size, body });
    });
    if (ask.body === undefined) sent.end();
    else void pipeline(Readable.from(ask.body.pieces()), sent).catch(reject);
  });
  return { reply, isReused: () => sent.reusedSocket };
}

/** The body's pieces, as long as they come fast enough. */
export async function* piecesOf({ body }: Reply, url: string): AsyncGenerator<Uint8Array> {
  const start = performance.now();
  let count = 0;
  try {
    for await (const piece of body) {
      // A byte stream gives buffers.
      const bytes = piece as Buffer;
      count += bytes.length;
      if (performance.now() - start > GRACE_MS + count / LEAST_BYTES_PER_MS)
        throw new Error(`only ${count} bytes in ${GRACE_MS / 1000} s and more`);
      yield bytes;
    }
    if (!body.complete) throw new Error("the connection broke off");
  } catch (error) {
    throw unreachable(error, url);
  } finally {
    body.destroy();
  }
}

/** Reads a body away, so that its connection can be used again. */
export async function discard(reply: Reply): Promise<void> {
  let count = 0;
  for await (const piece of reply.body) if ((count += (piece as Buffer).length) > 65_536) break;
}

function unreachable(cause: unknown, url: URL | string): KolmError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const { host } = new URL(url);
  return new KolmError("REMOTE_UNREACHABLE", `the shared cache at ${host} cannot be used: ${why}`, {
    hint: "Builds go on without it. Look at cache.remote in kolm.workspace.yaml and at the server.",
    cause,
  });
}
