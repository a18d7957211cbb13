// This file says which payloads a caller wants to search among.
import { KolmError } from "@kolm/format";
import { z } from "zod";
import type { RecallPayload } from "./payload.ts";

const Value = z.union([z.string(), z.number(), z.boolean()]);

/** All that is given must hold; of a list one is enough. */
export const RecallFilter = z.strictObject({
  /** What the source starts with. */
  source: z.union([z.string(), z.array(z.string())]).optional(),
  kind: z.union([z.enum(["text", "image", "audio"]), z.array(z.enum(["text", "image", "audio"]))]).optional(),
  /** By name, the value that meta must have. */
  meta: z.record(z.string(), z.union([Value, z.array(Value)])).optional(),
});
export type RecallFilter = z.infer<typeof RecallFilter>;

/** The test of one payload; KolmError RECALL_FILTER for a filter that is none. */
export function filterOf(filter: RecallFilter): (payload: RecallPayload) => boolean {
  const parsed = RecallFilter.safeParse(filter);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join(".") || "its root";
    throw new KolmError("RECALL_FILTER", `the filter does not fit at ${place}: ${issue?.message ?? "unknown"}`, {
      hint: 'Write it like {"source": "manual/", "kind": "text", "meta": {"year": [2023, 2024]}}.',
    });
  }
  const { source, kind, meta = {} } = parsed.data;
  const tests = Object.entries(meta).map(([name, value]) => [name, listOf(value)] as const);
  return (payload) =>
    (source === undefined || listOf(source).some((start) => payload.source.startsWith(start))) &&
    (kind === undefined || listOf(kind).includes(payload.kind)) &&
    tests.every(([name, values]) => {
      const found = payload.meta && Object.hasOwn(payload.meta, name) ? payload.meta[name] : undefined;
      return found !== undefined && values.includes(found);
    });
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]); // no T is a list
