// This file reads the lines of the payloads file, each when it is first asked for.
import { textOf } from "../layer.ts";
import { malformed } from "./malformed.ts";
import { RecallPayload } from "./payload.ts";

export interface Payloads {
  /** KolmError RECALL_MALFORMED for a line that is no payload. */
  at(row: number): RecallPayload;
  /** The lines for which the test holds; all lines are read the first time. */
  where(test: (payload: RecallPayload) => boolean): Set<number>;
}

/** KolmError RECALL_MALFORMED for another number of lines than the index says. */
export function openPayloads(bytes: Uint8Array, expected: { readonly file: string; readonly count: number }): Payloads {
  const lines = textOf(bytes, expected.file).split("\n");
  if (lines.pop() !== "") throw malformed(`${expected.file} ends in the middle of a line`);
  if (lines.length !== expected.count)
    throw malformed(`${expected.file} has ${lines.length} lines, index.json says ${expected.count}`);
  const known = new Map<number, RecallPayload>();
  const at = (row: number): RecallPayload => {
    const found = known.get(row) ?? payloadOf(lines[row] ?? "", `line ${row + 1} of ${expected.file}`);
    known.set(row, found);
    return found;
  };
  return {
    at,
    where: (test) => {
      const rows = new Set<number>();
      for (let row = 0; row < lines.length; row++) if (test(at(row))) rows.add(row);
      return rows;
    },
  };
}

function payloadOf(line: string, place: string): RecallPayload {
  const parsed = RecallPayload.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformed(`${place} does not fit at ${issue?.path.join(".") || "its root"}: ${issue?.message ?? "unknown"}`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
