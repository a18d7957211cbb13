// This file is the form of a cassette: one JSON line a request, with its digest and the answer it got, never with a key.
import { createHash } from "node:crypto";
import { canonicalJson, KolmError } from "@kolm/format";
import { z } from "zod";

/** The canonical reply as the memo holds it, by request digest. */
export type Tape = ReadonlyMap<string, string>;

const Line = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
  request: z.record(z.string(), z.unknown()),
  answer: z.record(z.string(), z.unknown()),
});
export type Line = z.infer<typeof Line>;

/** Lines sorted by digest, so that recording again changes only what changed. */
export function writeTape(lines: readonly Line[]): string {
  const distinct = new Map(lines.map((line) => [line.key, `${canonicalJson(line)}\n`]));
  return [...distinct]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, line]) => line)
    .join("");
}

/** Reads a cassette; KolmError CASSETTE names file and line of one that is damaged or does not fit its digest. */
export function readTape(text: string, file: string): Tape {
  const tape = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const fail = (found: string, cause?: unknown): KolmError =>
      new KolmError("CASSETTE", found, {
        place: { file, line: index + 1 },
        hint: "Delete the line, or record the cassette again with kolm teach <task> --record.",
        cause,
      });
    const { key, request, answer } = readLine(line, fail);
    if (createHash("sha256").update(canonicalJson(request)).digest("hex") !== key)
      throw fail("the request is not the one that the key is the digest of");
    const written = canonicalJson(answer);
    if ((tape.get(key) ?? written) !== written) throw fail("the same request has another answer on an earlier line");
    tape.set(key, written);
  }
  return tape;
}

function readLine(line: string, fail: (found: string, cause?: unknown) => KolmError): Line {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (cause) {
    throw fail("this line is not one JSON object", cause);
  }
  const parsed = Line.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw fail(`${issue?.path.join(".") ?? "the line"}: ${issue?.message ?? "not a line of a cassette"}`);
}
