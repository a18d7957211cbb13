// This file is the cache server: Bazel's HTTP cache protocol and Nx's self-hosted one over the same folder.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Desk, type DeskOptions } from "./desk.ts";

export type ServerOptions = DeskOptions & {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
};
export type CacheServer = {
  readonly url: string;
  /** Removes what is too old or too much, in every scope used so far; also done every ten minutes. */
  readonly collect: () => Promise<void>;
  /** Takes no more connections, lets answers under way finish for graceMs, then ends them. */
  readonly stop: (graceMs: number) => Promise<void>;
};

const IDLE_MS = 30_000;
const COLLECT_MS = 600_000;
const MAX_CONNECTIONS = 10_000;

/** Starts serving; resolves once it listens. */
export async function startCacheServer(options: ServerOptions): Promise<CacheServer> {
  const desk = new Desk(options);
  await desk.shelf("main");
  const server = await openServer(options);
  const listener = (request: IncomingMessage, response: ServerResponse): void => void desk.serve(request, response);
  server.on("request", listener);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    listener(request, response);
  });
  server.headersTimeout = 15_000;
  // Bodies have their own measure of slowness, which large ones can keep to.
  server.requestTimeout = 0;
  server.keepAliveTimeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port, host: options.host, backlog: 4096 }, resolve);
  });
  const timer = setInterval(() => void desk.collect().catch(() => {}), COLLECT_MS).unref();
  // A listening TCP server has such an address.
  const { port, family, address } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${address}]` : address;
  return {
    url: `${options.tls ? "https" : "http"}://${host}:${port}`,
    collect: () => desk.collect(),
    stop: async (graceMs) => {
      clearInterval(timer);
      desk.isStopping = true;
      const closed = new Promise((resolve) => server.close(resolve));
      // A kept connection becomes idle once its last answer is through.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(late);
      clearInterval(sweep);
    },
  };
}

async function openServer({ tls }: ServerOptions): Promise<Server> {
  if (tls === undefined) return createServer();
  const [cert, key] = [await readFile(tls.cert), await readFile(tls.key)];
  return createTlsServer({ cert, key, minVersion: "TLSv1.2" });
}
