// This file is a loopback Anthropic: messages and message batches, as the API reference describes them.
import type { ServerResponse } from "node:http";
import { inputIn, json, lines, type Loopback, type Request, serve } from "./loopback.ts";
import { answerTo, type Asked, type Outcome, type Steering, Till, TOKENS } from "./provider.ts";

type BatchRequest = { readonly custom_id: string; readonly params: Record<string, unknown> };
type Batch = {
  readonly id: string;
  readonly requests: readonly BatchRequest[];
  looks: number;
  results: { readonly custom_id: string; readonly result: { readonly type: string } }[] | undefined;
};
export type AnthropicServer = Loopback & {
  readonly baseURL: string;
  readonly till: Till;
  readonly batches: readonly Batch[];
};

export async function startAnthropic(steering: Steering = {}): Promise<AnthropicServer> {
  const state = new AnthropicState(steering);
  const loopback = await serve((request, response) => state.route(request, response));
  state.url = loopback.url;
  return { ...loopback, baseURL: loopback.url, till: state.till, batches: state.batches };
}

class AnthropicState {
  url = "";
  readonly till = new Till();
  readonly batches: Batch[] = [];
  readonly #steering: Steering;
  #cuts: number;

  constructor(steering: Steering) {
    this.#steering = steering;
    this.#cuts = steering.cuts ?? 0;
  }

  async route(request: Request, response: ServerResponse): Promise<void> {
    if (request.path === "/v1/messages") return this.#live(request, response);
    const name = `${request.method} ${request.path.replace(/msgbatch_\d+/, "").replace("/v1/messages", "")}`;
    const { step, mute } = this.#steering;
    if (step?.(name, "before") === "drop") return;
    const reply = this.#batchApi(request);
    step?.(name, "handled");
    if (mute?.(name)) return;
    response.on("finish", () => step?.(name, "answered"));
    if (Array.isArray(reply)) lines(response, reply, this.#cuts-- > 0);
    else json(response, 200, reply);
  }

  async #live({ body, headers }: Request, response: ServerResponse): Promise<void> {
    const read = JSON.parse(body.toString()) as Record<string, unknown>;
    const asked: Asked = { input: inputOf(read), body: read, headers };
    this.till.calls.push(asked);
    if ((await this.#steering.fault?.(asked, response, this.till.calls.length)) === true) return;
    this.till.bill(asked.input);
    json(response, 200, message(answerTo(this.#steering, asked.input)));
  }

  #batchApi({ method, path, query, body }: Request): unknown {
    const [, , , , id, what] = path.split("/");
    if (method === "POST") {
      const { requests } = JSON.parse(body.toString()) as { requests: BatchRequest[] };
      const batch: Batch = { id: `msgbatch_${this.batches.length + 1}`, requests, looks: 0, results: undefined };
      this.batches.push(batch);
      return this.#shown(batch);
    }
    if (id === undefined) return this.#list(query);
    const batch = this.batches.find((one) => one.id === id);
    if (batch === undefined) throw new Error(`no batch ${path}`);
    if (what === "results") return batch.results ?? [];
    if (batch.results === undefined && ++batch.looks >= (this.#steering.looks ?? 2)) this.#end(batch);
    return this.#shown(batch);
  }

  #list(query: URLSearchParams): unknown {
    const newest = this.batches.toReversed();
    const after = newest.findIndex(({ id }) => id === query.get("after_id"));
    const page = newest.slice(after + 1, after + 1 + Number(query.get("limit") ?? 20));
    const has_more = after + 1 + page.length < newest.length;
    return {
      data: page.map((batch) => this.#shown(batch)),
      has_more,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    };
  }

  #end(batch: Batch): void {
    const { outcome } = this.#steering;
    // Results come in any order.
    batch.results = batch.requests.toReversed().map(({ custom_id, params }) => {
      const input = inputOf(params);
      const ending: Outcome = outcome?.(input, this.batches.length) ?? "answered";
      if (ending === "answered") this.till.bill(input);
      return { custom_id, result: this.#result(ending, input) };
    });
  }

  #result(ending: Outcome, input: string): { readonly type: string; readonly [more: string]: unknown } {
    const error = (type: string) => ({ type: "error", request_id: null, error: { type, message: `it ${ending}` } });
    switch (ending) {
      case "answered":
        return { type: "succeeded", message: message(answerTo(this.#steering, input)) };
      case "refused":
        return { type: "errored", error: error("invalid_request_error") };
      case "failed":
        return { type: "errored", error: error("api_error") };
      case "expired":
        return { type: "expired" };
      case "cancelled":
        return { type: "canceled" };
    }
  }

  #shown({ id, requests, results }: Batch): unknown {
    const count = (type: string): number => results?.filter(({ result }) => result.type === type).length ?? 0;
    return {
      id,
      type: "message_batch",
      processing_status: results === undefined ? "in_progress" : "ended",
      request_counts: {
        processing: results === undefined ? requests.length : 0,
        succeeded: count("succeeded"),
        errored: count("errored"),
        canceled: count("canceled"),
        expired: count("expired"),
      },
      created_at: "2026-01-01T00:00:00Z",
      expires_at: "2026-01-02T00:00:00Z",
      ended_at: results === undefined ? null : "2026-01-01T01:00:00Z",
      cancel_initiated_at: this.#steering.fate === "cancelled" ? "2026-01-01T00:30:00Z" : null,
      archived_at: null,
      results_url: results === undefined ? null : `${this.url}/v1/messages/batches/${id}/results`,
    };
  }
}

/** A message as the API gives it: the forced tool's input is the answer. */
export function message(answer: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "test-model-2026",
    content: [{ type: "tool_use", id: "toolu_1", name: "answer", input: answer }],
    stop_reason: "tool_use",
    stop_sequence: null,
    usage: {
      input_tokens: TOKENS.input - 30,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 20,
      output_tokens: TOKENS.output,
    },
    ...more,
  };
}

function inputOf(body: Record<string, unknown>): string {
  const messages = body["messages"] as { role: string; content: string }[];
  return inputIn(messages.find(({ role }) => role === "user")?.content ?? "");
}
