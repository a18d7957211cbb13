// This file reads JSONL rows {input, output} against a task's contract, each complaint with file and line.
import {
  type Contract,
  type Field,
  type FieldValue,
  KolmError,
  type LabelledSpan,
  type Output,
  type Row,
  type Span,
} from "@kolm/format";
import { nearest } from "./yaml.ts";

/** A row with the line it stands on; reviewed: a person settled it. */
export type PlacedRow = Row & { readonly line: number; readonly reviewed?: true };
type At = { readonly file: string; readonly line: number };

/** Reads every row; KolmError ROW_INVALID, ROW_DUPLICATE or ROWS_EMPTY names file and line. */
export function parseRows(text: string, file: string, contract: Contract): PlacedRow[] {
  const rows: PlacedRow[] = [];
  const seen = new Map<string, number>();
  const keyOf = samenessOf(contract);
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const at = { file, line: index + 1 };
    const row = parseRow(line, at, contract);
    const key = keyOf(row.input);
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      throw new KolmError("ROW_DUPLICATE", `the same input stands on line ${earlier} already: ${quote(row.input)}`, {
        place: at,
        hint:
          keyOf === normalise
            ? "Delete one of the two; inputs that differ only in case, spaces or punctuation count as the same."
            : "Delete one of the two.",
      });
    }
    seen.set(key, at.line);
    rows.push({ ...row, line: at.line });
  }
  if (rows.length === 0)
    throw new KolmError("ROWS_EMPTY", `${file} has no rows`, {
      place: { file, line: 1 },
      hint: 'Write one JSON object a line: {"input": "…", "output": {…}}.',
    });
  return rows;
}

/** The key by which two inputs of a task are duplicates: where a text is computed from the input, "a-b" and "a b" are two inputs. */
export function samenessOf({ output }: Contract): (input: string) => string {
  return Object.values(output).some(({ type }) => type === "text") ? (input) => input : normalise;
}

/** What makes two inputs the same for duplicates and leakage: letters and digits only, folded by NFKC and case. */
export function normalise(input: string): string {
  const folded = input
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return folded === "" ? input.trim() : folded;
}

function parseRow(line: string, at: At, contract: Contract): Omit<PlacedRow, "line"> {
  const raw = parseJson(line, at);
  if (!isRecord(raw)) throw invalid(at, `expected an object {"input", "output"}, found ${typeof raw}`);
  const unknown = Object.keys(raw).find((key) => !["input", "output", "reviewed"].includes(key));
  if (unknown !== undefined)
    throw invalid(at, `unknown key "${unknown}"`, 'A row has just "input" and "output", and "reviewed" once settled.');
  const { input, output, reviewed } = raw as { input?: unknown; output?: unknown; reviewed?: unknown };
  if (reviewed !== undefined && typeof reviewed !== "boolean") throw invalid(at, '"reviewed" must be true or false');
  if (typeof input !== "string" || input.trim() === "")
    throw invalid(at, `"input" must be text, found ${JSON.stringify(input) ?? "nothing"}`);
  if (input.length > contract.input.maxLength) {
    throw invalid(
      at,
      `"input" has ${input.length} characters, the task allows ${contract.input.maxLength}`,
      "Raise input.maxLength in task.yaml or shorten the row.",
    );
  }
  if (output === undefined)
    throw invalid(at, '"output" is missing', "Write the right answer, or null where the right answer is to abstain.");
  const read = output === null ? null : readOutput(output, { input, at, contract });
  return { input, output: read, ...(reviewed === true ? { reviewed } : {}) };
}

/** Checks an answer against the contract and finds the offsets of its spans; KolmError ROW_INVALID. */
export function readOutput(
  output: unknown,
  { input, at, contract }: { input: string; at: At; contract: Contract },
): Output {
  if (!isRecord(output)) throw invalid(at, `"output" must be an object or null, found ${JSON.stringify(output)}`);
  const known = Object.keys(contract.output);
  for (const key of Object.keys(output)) {
    if (Object.hasOwn(contract.output, key)) continue;
    const near = nearest(key, known);
    throw invalid(
      at,
      `"output" has the unknown field "${key}"`,
      near ? `Did you mean "${near}"?` : `task.yaml declares: ${known.join(", ")}.`,
    );
  }
  const fields = Object.entries(contract.output).map(([name, field]): [string, FieldValue] => {
    if (!Object.hasOwn(output, name))
      throw invalid(
        at,
        `"output" lacks the field "${name}"`,
        "Every row answers every field; a span that is not there is null.",
      );
    return [name, readField(output[name], field, { name, input, at })];
  });
  return Object.fromEntries(fields);
}

type FieldAt = { readonly name: string; readonly input: string; readonly at: At };

function readField(value: unknown, field: Field, where: FieldAt): FieldValue {
  const { name, at } = where;
  switch (field.type) {
    case "enum": {
      if (typeof value === "string" && field.values.includes(value)) return value;
      const near = typeof value === "string" ? nearest(value, field.values) : undefined;
      throw invalid(
        at,
        `${name} is ${JSON.stringify(value)}, which is not one of its values`,
        near ? `Did you mean "${near}"?` : `Values: ${field.values.join(", ")}.`,
      );
    }
    case "boolean":
      if (typeof value === "boolean") return value;
      throw invalid(at, `${name} must be true or false, found ${JSON.stringify(value)}`);
    case "span":
      return value === null ? null : locate(value, where, 0);
    case "text":
      if (typeof value === "string") return value;
      throw invalid(at, `${name} must be a text, found ${JSON.stringify(value)}`);
    case "spans":
      return readSpans(value, field.labels, where);
    case "retrieval":
      return readSources(value, where);
  }
}

function readSpans(value: unknown, labels: readonly string[], where: FieldAt): LabelledSpan[] {
  if (!Array.isArray(value))
    throw invalid(where.at, `${where.name} must be a list of {"label", "text"}, found ${JSON.stringify(value)}`);
  let from = 0;
  return value.map((one: unknown) => {
    const label = isRecord(one) ? one["label"] : undefined;
    if (typeof label !== "string" || !labels.includes(label)) {
      throw invalid(
        where.at,
        `${where.name} has the label ${JSON.stringify(label)}, which is not one of its labels`,
        `Labels: ${labels.join(", ")}.`,
      );
    }
    const span = locate(one, where, from);
    from = span.end;
    return { ...span, label };
  });
}

function readSources(value: unknown, { name, at }: FieldAt): string[] {
  const sources = Array.isArray(value) ? value.filter((one) => typeof one === "string" && one !== "") : [];
  if (
    Array.isArray(value) &&
    sources.length === value.length &&
    new Set(sources).size === value.length &&
    value.length > 0
  )
    return sources as string[]; // all were tested
  throw invalid(
    at,
    `${name} must be a list of files of the corpus, each once, found ${JSON.stringify(value)}`,
    'Write paths from the task folder, the best first: ["corpus/p01.png"]; output null where none answers.',
  );
}

/** A span is written as its text, or {text, start} when the text stands more than once. */
function locate(value: unknown, { name, input, at }: FieldAt, from: number): Span {
  const text = isRecord(value) ? value["text"] : value;
  const given = isRecord(value) ? value["start"] : undefined;
  if (typeof text !== "string" || text === "")
    throw invalid(at, `${name} must be a piece of the input or null, found ${JSON.stringify(value)}`);
  const start = typeof given === "number" ? given : input.indexOf(text, from);
  if (start < from || input.slice(start, start + text.length) !== text) {
    const after = from > 0 ? ` after character ${from}` : "";
    throw invalid(
      at,
      `${name} is ${JSON.stringify(text)}, which does not stand in the input${after}`,
      "A span is copied letter for letter; spans stand in order and do not overlap.",
    );
  }
  return { start, end: start + text.length, text };
}

function parseJson(line: string, at: At): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    const column = /position (\d+)/.exec(String(cause))?.[1];
    throw new KolmError("ROW_INVALID", "this line is not one JSON object", {
      place: { ...at, ...(column === undefined ? {} : { column: Number(column) + 1 }) },
      hint: "Each line is a whole JSON object; keys and texts in double quotes, no trailing comma.",
      cause,
    });
  }
}

function invalid(at: At, message: string, hint?: string): KolmError {
  return new KolmError("ROW_INVALID", message, { place: at, ...(hint === undefined ? {} : { hint }) });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
