// This file answers one request after the other: who asks, what for, what they get, and what is written down of it.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { type Answer, look, store } from "./answer.ts";
import { Metrics } from "./metrics.ts";
import { type Route, routeOf } from "./route.ts";
import { type Limits, Shelf } from "./shelf.ts";
import type { Grant, Tokens } from "./token.ts";
import { drain } from "./upload.ts";

export type DeskOptions = {
  readonly folder: string;
  readonly tokens: Tokens;
  /** Of main; every other scope gets a tenth of its bytes. */
  readonly limits: Limits;
  /** Largest blob; bytes. */
  readonly maxUpload: number;
  /** One JSON line a request, without secrets. */
  readonly log: (line: string) => void;
  readonly now?: () => Date;
};

/** What all requests share. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #metrics = new Metrics();
  readonly #shelves = new Map<string, Promise<Shelf>>();
  isStopping = false;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  shelf(scope: string): Promise<Shelf> {
    const { folder, limits } = this.#options;
    const share = scope === "main" ? limits : { ...limits, maxBytes: limits.maxBytes / 10 };
    const known = this.#shelves.get(scope) ?? Shelf.open(folder, scope, share);
    this.#shelves.set(scope, known);
    known.catch(() => this.#shelves.delete(scope));
    return known;
  }

  async collect(): Promise<void> {
    const now = (this.#options.now?.() ?? new Date()).getTime();
    for (const shelf of this.#shelves.values()) await (await shelf).collect(now);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    const route = routeOf(request.url ?? "");
    this.#metrics.add("kolm_cache_in_flight", 1);
    let grant: Grant | undefined;
    let answer: Answer = { status: 500 };
    try {
      grant = await this.#grantOf(request);
      answer = await this.#answer(request, { route, grant });
      await this.#send(request, response, answer);
    } catch {
      answer = await this.#give(request, response);
    } finally {
      this.#metrics.add("kolm_cache_in_flight", -1);
      this.#record({ request, route, grant, answer, ms: performance.now() - start });
    }
  }

  /** After a failure: a miss or a plain no, where nothing was said yet. */
  async #give(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const answer = request.method === "PUT" ? { status: 500, text: "failed" } : { status: 404, text: "not here" };
    // Half an answer is no answer: the client sees a broken connection, never wrong bytes that look whole.
    if (response.headersSent || response.destroyed) response.destroy();
    else await this.#send(request, response, answer).catch(() => response.destroy());
    return answer;
  }

  async #answer(
    request: IncomingMessage,
    { route, grant }: { route: Route; grant: Grant | undefined },
  ): Promise<Answer> {
    if (route.kind === "health")
      return this.isStopping ? { status: 503, text: "stopping" } : { status: 200, text: "ok" };
    if (grant === undefined) return { status: 401, text: "a token is needed", refused: "no_token" };
    if (route.kind === "metrics") return { status: 200, text: this.#metrics.render() };
    if (!("key" in route)) return { status: 404, text: "not here", refused: "no_path" };
    const { maxUpload } = this.#options;
    const asked = { request, route, grant, shelf: (scope: string) => this.shelf(scope), maxUpload };
    if (request.method === "GET" || request.method === "HEAD") return look(asked);
    if (request.method !== "PUT") return { status: 405, text: "GET, HEAD or PUT", refused: "method" };
    return store(asked);
  }

  async #grantOf({ headers: { authorization = "" } }: IncomingMessage): Promise<Grant | undefined> {
    const [scheme = "", value = ""] = authorization.split(" ");
    // Bazel sends what stands in its URL as name and password.
    const basic = scheme.toLowerCase() === "basic" ? Buffer.from(value, "base64").toString("utf8") : "";
    const token = basic === "" ? value : basic.slice(basic.indexOf(":") + 1);
    return this.#options.tokens.grantOf(token, this.#options.now?.() ?? new Date());
  }

  async #send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
    const file = answer.file === undefined ? undefined : await open(answer.file.path).catch(() => undefined);
    if (answer.file !== undefined && file === undefined)
      return this.#send(request, response, { status: 404, text: "not here" });
    try {
      const isRead = request.method === "GET" || request.method === "HEAD";
      const isHeard = isRead || (await drain(request, answer.status === 401 ? 65_536 : DRAIN_LIMIT));
      const bytes = answer.bytes ?? Buffer.from(answer.text ?? "");
      const size = answer.file?.size ?? bytes.length;
      response.writeHead(answer.status, {
        "content-type": answer.text === undefined ? "application/octet-stream" : "text/plain",
        "content-length": size,
        ...(this.isStopping || !isHeard ? { connection: "close" } : {}),
      });
      if (request.method === "HEAD") await ended(response, "");
      else if (file === undefined) await ended(response, bytes);
      else await pipeline(createReadStream("", { fd: file, autoClose: false }), response);
      if (!isHeard) request.destroy();
      if (request.method === "GET") this.#metrics.add("kolm_cache_sent_bytes_total", size);
    } finally {
      await file?.close();
    }
  }

  #record({ request, route, grant, answer, ms }: Served): void {
    const { status, refused, received = 0 } = answer;
    const method = ["GET", "HEAD", "PUT"].includes(request.method ?? "") ? (request.method ?? "") : "other";
    this.#metrics.add("kolm_cache_requests_total", 1, { kind: route.kind, method, status: String(status) });
    this.#metrics.add("kolm_cache_received_bytes_total", received);
    if (refused !== undefined) this.#metrics.add("kolm_cache_refused_total", 1, { reason: refused });
    const at = (this.#options.now?.() ?? new Date()).toISOString();
    const key = "key" in route ? route.key.slice(0, 16) : undefined;
    const bytes = received || (method === "GET" ? (answer.file?.size ?? answer.bytes?.length) : undefined);
    const who = { token: grant?.name, scope: grant?.scope };
    this.#options.log(
      JSON.stringify({ at, method, kind: route.kind, key, status, refused, bytes, ms: Math.round(ms), ...who }),
    );
  }
}

/** A refused body up to this size is read to its end, so that the client hears the answer and not a broken pipe. */
const DRAIN_LIMIT = 1 << 30;

type Served = {
  readonly request: IncomingMessage;
  readonly route: Route;
  readonly grant: Grant | undefined;
  readonly answer: Answer;
  readonly ms: number;
};

function ended(response: ServerResponse, bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once("error", reject).once("close", resolve);
    response.end(bytes, resolve);
  });
}
