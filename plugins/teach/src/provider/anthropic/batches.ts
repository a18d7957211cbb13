// This file drives Anthropic's message batches: requests up in one call, results down as lines.
import type Anthropic from "@anthropic-ai/sdk";
import type {
  BatchCreateParams,
  MessageBatch,
  MessageBatchIndividualResponse,
} from "@anthropic-ai/sdk/resources/messages/batches";
import { idOf } from "../batch/id.ts";
import type { BatchLine, BatchResult, BatchState } from "../batch/line.ts";
import type { Calls } from "../wire/abort.ts";

type Ports = { readonly calls: Calls; readonly redact: (text: string) => string };

/** The API keeps no ticket with a batch, so a batch that may be ours is known by its size, its age and its results. */
export function anthropicBatches({ baseURL, messages: { batches } }: Anthropic, { calls, redact }: Ports): BatchLine {
  const asked = async <T>(ask: (ports: { signal: AbortSignal }) => Promise<T>): Promise<T> => {
    using call = calls.open();
    return await ask({ signal: call.signal });
  };
  return {
    most: { requests: 100_000, bytes: 240 * 1024 * 1024 },
    newest: () => asked(async (ports) => (await batches.list({ limit: 1 }, ports)).data[0]?.id ?? null),
    submit: (_ticket, requests) =>
      asked(async (ports) => {
        // The bodies are built as the SDK's type describes; they are kept as canonical JSON.
        const params = requests.map(({ key, body }) => ({ custom_id: key, params: body as unknown }));
        return idOf(await batches.create({ requests: params as BatchCreateParams.Request[] }, ports), baseURL);
      }),
    find: ({ since, count }) =>
      asked(async (ports) => {
        const found = [];
        for await (const batch of batches.list({ limit: 100 }, ports)) {
          if (batch.id === since) break;
          if (totalOf(batch) === count) found.push({ id: batch.id, certain: false });
        }
        return found;
      }),
    look: (id) => asked(async (ports) => stateOf(await batches.retrieve(id, {}, ports))),
    results: async function* (id) {
      using call = calls.open();
      for await (const line of await batches.results(id, {}, { signal: call.signal })) yield resultOf(line, redact);
    },
  };
}

function totalOf({ request_counts: { processing, succeeded, errored, canceled, expired } }: MessageBatch): number {
  return processing + succeeded + errored + canceled + expired;
}

function stateOf(batch: MessageBatch): BatchState {
  const total = totalOf(batch);
  return {
    id: batch.id,
    ended: batch.processing_status === "ended",
    done: total - batch.request_counts.processing,
    total,
    cancelled: batch.cancel_initiated_at !== null,
    partial: false,
  };
}

function resultOf(
  { custom_id: key, result }: MessageBatchIndividualResponse,
  redact: (text: string) => string,
): BatchResult {
  switch (result.type) {
    case "succeeded":
      return { key, raw: result.message };
    case "errored": {
      const { type, message } = result.error.error;
      return { key, failed: redact(message).slice(0, 300), again: type !== "invalid_request_error" };
    }
    case "canceled":
      return { key, failed: "cancelled before it was run", again: true };
    case "expired":
      return { key, failed: "expired before it was run", again: true };
  }
}
