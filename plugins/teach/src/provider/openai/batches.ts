// This file drives OpenAI's batch API: a file of requests up, a batch of it, files of answers and errors down.
import type OpenAI from "openai";
import { toFile } from "openai";
import type { Batch } from "openai/resources/batches";
import { z } from "zod";
import type { BatchLine, BatchRequest, BatchResult, BatchState } from "../batch/line.ts";
import { idOf } from "../batch/id.ts";
import { readLines } from "../batch/lines.ts";
import type { OpenAIOptions } from "../options.ts";
import type { Calls } from "../wire/abort.ts";

const ENDED = new Set(["completed", "failed", "expired", "cancelled"]);
/** The provider deletes the files after this long; a batch takes a day at most. */
const KEPT_SECONDS = 7 * 24 * 3600;
/** Refusals of a single request that another batch may not see. */
const MAY_PASS = new Set([408, 409, 429]);

type Ports = { readonly calls: Calls; readonly redact: (text: string) => string };

export function openaiBatches(client: OpenAI, options: OpenAIOptions, { calls, redact }: Ports): BatchLine {
  const path = options.api === "chat" ? "/chat/completions" : "/responses";
  const endpoint = (options.azure === undefined ? `/v1${path}` : path) as "/v1/chat/completions" | "/v1/responses";
  const expires = { anchor: "created_at", seconds: KEPT_SECONDS } as const;
  const asked = async <T>(ask: (ports: { signal: AbortSignal }) => Promise<T>): Promise<T> => {
    using call = calls.open();
    return await ask({ signal: call.signal });
  };
  return {
    most: { requests: 50_000, bytes: 190 * 1024 * 1024 },
    newest: () => asked(async (ports) => (await client.batches.list({ limit: 1 }, ports)).data[0]?.id ?? null),
    submit: (ticket, requests) =>
      asked(async (ports) => {
        const file = await toFile(linesOf(requests, endpoint), `kolm-${ticket}.jsonl`, { type: "application/jsonl" });
        const upload = await client.files.create({ file, purpose: "batch", expires_after: expires }, ports);
        const body = {
          input_file_id: upload.id,
          endpoint,
          completion_window: "24h",
          metadata: { kolm: ticket },
          output_expires_after: expires,
        } as const;
        return idOf(await client.batches.create(body, ports), client.baseURL);
      }),
    find: ({ ticket, since }) =>
      asked(async (ports) => {
        for await (const batch of client.batches.list({ limit: 100 }, ports)) {
          if (batch.id === since) break;
          if (batch.metadata?.["kolm"] === ticket) return [{ id: batch.id, certain: true }];
        }
        return [];
      }),
    look: (id) => asked(async (ports) => stateOf(await client.batches.retrieve(id, ports), redact)),
    results: async function* (id) {
      using call = calls.open();
      const ports = { signal: call.signal };
      const { output_file_id, error_file_id } = await client.batches.retrieve(id, ports);
      for (const file of [output_file_id, error_file_id]) {
        if (!file) continue;
        const { body } = await client.files.content(file, ports);
        if (body !== null) for await (const line of readLines(body)) yield resultOf(line, redact);
      }
    },
  };
}

function linesOf(requests: readonly BatchRequest[], url: string): Buffer {
  const lines = requests.map(({ key, body }) => `${JSON.stringify({ custom_id: key, method: "POST", url, body })}\n`);
  return Buffer.from(lines.join(""));
}

function stateOf({ id, status, request_counts: counts, errors }: Batch, redact: (text: string) => string): BatchState {
  const why = errors?.data?.map(({ message }) => message ?? "").join("; ") ?? "";
  return {
    id,
    ended: ENDED.has(status),
    done: (counts?.completed ?? 0) + (counts?.failed ?? 0),
    total: counts?.total ?? 0,
    cancelled: status === "cancelled",
    partial: status === "cancelled" || status === "expired",
    ...(status === "failed" ? { refused: redact(why).slice(0, 300) } : {}),
  };
}

const ResultLine = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish().catch(undefined),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish().catch(undefined),
});
const ErrorBody = z.object({ error: z.object({ message: z.string() }) });

function resultOf(line: unknown, redact: (text: string) => string): BatchResult {
  const parsed = ResultLine.safeParse(line);
  if (!parsed.success) throw new SyntaxError("a line of the results is none");
  const { custom_id: key, response, error } = parsed.data;
  if (response?.status_code === 200) return { key, raw: response.body };
  const body = ErrorBody.safeParse(response?.body);
  const words = body.success ? body.data.error.message : (error?.message ?? error?.code ?? "no reason given");
  const said = redact(words).slice(0, 300);
  if (!response) return { key, failed: said, again: true };
  const isRefused = response.status_code >= 400 && response.status_code < 500 && !MAY_PASS.has(response.status_code);
  return { key, failed: `${said} (${response.status_code})`, again: !isRefused };
}
