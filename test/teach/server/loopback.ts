// This file is the HTTP under the loopback providers: requests whole, faults on demand, a step that tests can watch.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Request = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
};
export type Route = (request: Request, response: ServerResponse) => void | Promise<void>;
export type Loopback = { readonly url: string; readonly [Symbol.asyncDispose]: () => Promise<void> };

/** Serves on a free port of 127.0.0.1. */
export async function serve(route: Route): Promise<Loopback> {
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("error", () => undefined);
    incoming.on("end", () => {
      const { pathname: path, searchParams: query } = new URL(incoming.url ?? "/", "http://loopback");
      const request = {
        method: incoming.method ?? "",
        path,
        query,
        headers: incoming.headers,
        body: Buffer.concat(parts),
      };
      void route(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** JSON lines; cut: the connection breaks after half of the bytes. */
export function lines(response: ServerResponse, rows: readonly unknown[], cut = false): void {
  const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  response.writeHead(200, { "content-type": "application/x-jsonl", "content-length": bytes.length });
  if (!cut) return void response.end(bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}

/** What an answer in words is about: the text between the marks of a prompt. */
export function inputIn(text: string): string {
  return text.split("\n").slice(1, -1).join("\n");
}
