// This file is a loopback OpenAI: chat completions, responses, files and batches, as the API reference describes them.
import type { ServerResponse } from "node:http";
import { inputIn, json, lines, type Loopback, type Request, serve } from "./loopback.ts";
import { answerTo, type Asked, type Outcome, type Steering, Till, TOKENS } from "./provider.ts";

type Line = { readonly custom_id: string; readonly url: string; readonly body: Record<string, unknown> };
type Batch = {
  readonly id: string;
  readonly metadata: Record<string, string>;
  readonly file: string;
  readonly requests: readonly Line[];
  looks: number;
  status: string;
  /** Lines of the output and of the error file, once it has ended. */
  results: { readonly output: unknown[]; readonly errors: unknown[] } | undefined;
};
export type OpenAIServer = Loopback & {
  readonly baseURL: string;
  readonly till: Till;
  readonly batches: readonly Batch[];
};

export async function startOpenAI(steering: Steering = {}): Promise<OpenAIServer> {
  const state = new OpenAIState(steering);
  const loopback = await serve((request, response) => state.route(request, response));
  return { ...loopback, baseURL: `${loopback.url}/v1`, till: state.till, batches: state.batches };
}

class OpenAIState {
  readonly till = new Till();
  readonly batches: Batch[] = [];
  readonly #files = new Map<string, string>();
  readonly #steering: Steering;
  #cuts: number;

  constructor(steering: Steering) {
    this.#steering = steering;
    this.#cuts = steering.cuts ?? 0;
  }

  async route(request: Request, response: ServerResponse): Promise<void> {
    const path = request.path.replace(/^\/v1|^\/openai(?:\/deployments\/[^/]+)?/, "");
    if (path === "/chat/completions" || path === "/responses") return this.#live(request, response);
    const name = `${request.method} ${path.replace(/_[^/]+/g, "")}`;
    const { step, mute } = this.#steering;
    if (step?.(name, "before") === "drop") return;
    const reply = this.#batchApi(request, path);
    step?.(name, "handled");
    if (mute?.(name)) return;
    response.on("finish", () => step?.(name, "answered"));
    if (Array.isArray(reply)) lines(response, reply, this.#cuts-- > 0);
    else json(response, 200, reply);
  }

  async #live({ path, body, headers }: Request, response: ServerResponse): Promise<void> {
    const read = JSON.parse(body.toString()) as Record<string, unknown>;
    const asked: Asked = { input: inputOf(read), body: read, headers };
    this.till.calls.push(asked);
    if ((await this.#steering.fault?.(asked, response, this.till.calls.length)) === true) return;
    this.till.bill(asked.input);
    json(response, 200, completion(path, answerTo(this.#steering, asked.input)));
  }

  #batchApi({ method, path: whole, query, body }: Request, path: string): unknown {
    const [, resource, id, what] = path.split("/");
    if (resource === "files" && method === "POST") return this.#upload(body.toString());
    if (resource === "files" && what === "content") return this.#content(id ?? "");
    if (resource === "batches" && method === "POST") return this.#create(JSON.parse(body.toString()) as never);
    if (resource === "batches" && id === undefined) return this.#list(query);
    if (resource === "batches") return this.#look(id ?? "");
    throw new Error(`unknown route ${method} ${whole}`);
  }

  // Multipart: the part whose file name ends in .jsonl holds the requests.
  #upload(multipart: string): unknown {
    const text = /filename="[^"]*\.jsonl"[^]*?\r\n\r\n([^]*?)\r\n--/.exec(multipart)?.[1] ?? "";
    const id = `file-${this.#files.size + 1}`;
    this.#files.set(id, text);
    return { id, object: "file", bytes: text.length, created_at: 1, filename: "requests.jsonl", purpose: "batch" };
  }

  #create({ input_file_id: file, metadata }: { input_file_id: string; metadata: Record<string, string> }): unknown {
    const rows = (this.#files.get(file) ?? "").split("\n").filter((line) => line !== "");
    const requests = rows.map((line) => JSON.parse(line) as Line);
    const id = `batch_${this.batches.length + 1}`;
    const batch: Batch = { id, metadata, file, requests, looks: 0, status: "validating", results: undefined };
    this.batches.push(batch);
    return this.#shown(batch);
  }

  #list(query: URLSearchParams): unknown {
    const newest = this.batches.toReversed();
    const after = newest.findIndex(({ id }) => id === query.get("after"));
    const page = newest.slice(after + 1, after + 1 + Number(query.get("limit") ?? 20));
    const more = after + 1 + page.length < newest.length;
    return { object: "list", data: page.map((batch) => this.#shown(batch)), has_more: more, last_id: page.at(-1)?.id };
  }

  #look(id: string): unknown {
    const batch = this.batches.find((one) => one.id === id);
    if (batch === undefined) throw new Error(`no batch ${id}`);
    if (batch.results === undefined && ++batch.looks >= (this.#steering.looks ?? 2)) this.#end(batch);
    else if (batch.results === undefined) batch.status = "in_progress";
    return this.#shown(batch);
  }

  #end(batch: Batch): void {
    const { fate = "completed", outcome } = this.#steering;
    batch.status = fate;
    const results: { output: unknown[]; errors: unknown[] } = { output: [], errors: [] };
    // Results come in any order.
    for (const { custom_id, body, url } of fate === "failed" ? [] : batch.requests.toReversed()) {
      const input = inputOf(body);
      const ending: Outcome = outcome?.(input, this.batches.length) ?? "answered";
      if (ending === "answered") {
        this.till.bill(input);
        const answer = completion(url, answerTo(this.#steering, input));
        results.output.push({ id: "r", custom_id, response: { status_code: 200, body: answer }, error: null });
      } else if (ending !== "cancelled") results.errors.push({ id: "r", custom_id, ...wrong(ending) });
    }
    batch.results = results;
  }

  #content(id: string): unknown[] {
    const [which, at] = id.split("-of-");
    const batch = this.batches[Number(at) - 1];
    return (which === "output" ? batch?.results?.output : batch?.results?.errors) ?? [];
  }

  #shown({ id, metadata, file, requests, status, results }: Batch): unknown {
    const at = id.slice("batch_".length);
    return {
      id,
      object: "batch",
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
      created_at: 1,
      input_file_id: file,
      metadata,
      status,
      request_counts: {
        total: requests.length,
        completed: results?.output.length ?? 0,
        failed: results?.errors.length ?? 0,
      },
      ...(results?.output.length ? { output_file_id: `output-of-${at}` } : {}),
      ...(results?.errors.length ? { error_file_id: `errors-of-${at}` } : {}),
      ...(status === "failed"
        ? { errors: { object: "list", data: [{ code: "invalid", message: "bad line 1" }] } }
        : {}),
    };
  }
}

function wrong(ending: Outcome): object {
  if (ending === "expired") return { response: null, error: { code: "batch_expired", message: "not run in time" } };
  const status_code = ending === "refused" ? 400 : 500;
  return { response: { status_code, body: { error: { message: `it ${ending}` } } }, error: null };
}

/** The body of an answer to either API. */
export function completion(path: string, answer: unknown): unknown {
  const text = JSON.stringify(answer);
  if (path.endsWith("/responses")) {
    return {
      id: "resp_1",
      object: "response",
      status: "completed",
      model: "test-model-2026",
      output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text, annotations: [] }] }],
      usage: { input_tokens: TOKENS.input, output_tokens: TOKENS.output, total_tokens: 110 },
    };
  }
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "test-model-2026",
    choices: [
      { index: 0, finish_reason: "stop", logprobs: null, message: { role: "assistant", content: text, refusal: null } },
    ],
    usage: { prompt_tokens: TOKENS.input, completion_tokens: TOKENS.output, total_tokens: 110 },
  };
}

function inputOf(body: Record<string, unknown>): string {
  const messages = (body["messages"] ?? body["input"]) as { role: string; content: string }[];
  return inputIn(messages.find(({ role }) => role === "user")?.content ?? "");
}
