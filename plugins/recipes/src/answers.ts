// This file reads the answers that recipes are learnt from.
import { type FieldValue, KolmError } from "@kolm/format";
import { z } from "zod";

const Span = z.object({ start: z.int().min(0), end: z.int().min(0), text: z.string() });
const Value = z.union([z.string(), z.boolean(), z.null(), Span, z.array(Span.extend({ label: z.string() }))]);
// A row says more (origin, votes); only this matters here. A null output with a note is an answer that could not be had.
const Row = z.object({
  id: z.string().min(1),
  input: z.string(),
  output: z.record(z.string(), Value).nullable(),
  note: z.string().optional(),
});

/** One answered input; output null means that the right behaviour is to abstain. */
export type Answer = {
  readonly id: string;
  readonly input: string;
  readonly output: ReadonlyMap<string, FieldValue> | null;
};

/** Parses JSON lines, leaving out inputs without a usable answer; KolmError ANSWERS_INVALID gives the line. */
export function readAnswers(text: string, file: string): readonly Answer[] {
  return text
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : readRow(line, { file, line: index + 1 })));
}

function readRow(line: string, place: { file: string; line: number }): Answer[] {
  const parsed = Row.safeParse(parseJson(line, place));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not an answer"}`, place);
  }
  const { id, input, output, note } = parsed.data;
  if (output === null) return note === undefined ? [{ id, input, output }] : [];
  return [{ id, input, output: new Map(Object.entries(output)) }];
}

function parseJson(line: string, place: { file: string; line: number }): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid("not JSON", place);
  }
}

function invalid(message: string, place: { file: string; line: number }): KolmError {
  return new KolmError("ANSWERS_INVALID", `${place.file}:${place.line}: ${message}`, {
    place,
    hint: "Run the teach stage again.",
  });
}
