// This file reads JSON and JSON Lines, one section a row.
import type { KolmError } from "@kolm/format";
import type { Document } from "../read/document.ts";
import { reason, tell, unreadable } from "../read/failure.ts";
import type { ReadOptions } from "../read/options.ts";
import { linesOf } from "../text/lines.ts";
import { type Fields, inParts, type Row } from "./render.ts";

/** One JSON value a line, read as a stream; empty lines are passed over. */
export function readJsonLines(
  path: string,
  texts: AsyncIterable<string>,
  options: ReadOptions,
): AsyncGenerator<Document> {
  return inParts(path, rowsOf(path, texts, options), options.rows);
}

async function* rowsOf(path: string, texts: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Row[]> {
  let row = 0;
  for await (const lines of linesOf(path, texts)) {
    const rows: Row[] = [];
    for (const { text, number: line } of lines) {
      if (text.trim() === "") continue;
      row += 1;
      const parsed = parse(text);
      if ("value" in parsed) rows.push({ fields: fieldsOf(parsed.value), meta: { row, line } });
      else tell(options, badLine(path, line, parsed.error));
    }
    yield rows;
  }
}

/** A list is read as its rows, anything else as one section. */
export async function* readJson(path: string, text: string, options: ReadOptions): AsyncGenerator<Document> {
  const parsed = parse(text);
  if ("error" in parsed) {
    throw unreadable(
      { file: path },
      `it is not JSON: ${parsed.error}`,
      "Correct it; JSON Lines belong into a .jsonl file.",
    );
  }
  const { value } = parsed;
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  const rows: Row[] =
    list === undefined
      ? [{ fields: fieldsOf(value), meta: {} }]
      : list.map((one, at) => ({ fields: fieldsOf(one), meta: { row: at + 1 } }));
  yield* inParts(path, once(rows), options.rows);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [["", value]];
}

function parse(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: reason(error) };
  }
}

function badLine(path: string, line: number, error: string): KolmError {
  return unreadable({ file: path, line }, `line ${line} is not JSON: ${error}`, "Write one JSON value a line.");
}
