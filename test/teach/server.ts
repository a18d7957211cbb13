// This file is a loopback server that speaks the chat completions protocol as far as the tests need it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Asked = {
  readonly input: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage["headers"];
};
export type Respond = (asked: Asked, response: ServerResponse, call: number) => void | Promise<void>;
export type Server = {
  readonly baseURL: string;
  readonly calls: Asked[];
  /** Tokens the server has billed for. */
  readonly billed: { input: number; output: number };
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Starts a server on a free port; without a function it answers everything with {"mood": "good", "word": null}. */
export async function startServer(
  respond: Respond = (asked, response) => complete(response, { mood: "good", word: null }),
): Promise<Server> {
  const calls: Asked[] = [];
  const billed = { input: 0, output: 0 };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      const asked = { input: inputOf(body), body, headers: request.headers };
      calls.push(asked);
      billing.set(response, billed);
      void respond(asked, response, calls.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    billed,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const billing = new WeakMap<ServerResponse, { input: number; output: number }>();

/** A completion whose content is {"answer": …} and that bills 100 tokens in, 10 out. */
export function complete(response: ServerResponse, answer: unknown, parts: Record<string, unknown> = {}): void {
  const { content = JSON.stringify({ answer }), refusal = null, finish_reason = "stop", ...rest } = parts;
  const billed = billing.get(response);
  if (billed) {
    billed.input += 100;
    billed.output += 10;
  }
  reply(response, 200, {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "test-model-2026",
    choices: [{ index: 0, finish_reason, logprobs: null, message: { role: "assistant", content, refusal } }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    ...rest,
  });
}

export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function inputOf(body: Record<string, unknown>): string {
  const messages = body["messages"] as { role: string; content: string }[];
  const said = messages.find(({ role }) => role === "user")?.content ?? "";
  return said.split("\n").slice(1, -1).join("\n");
}
