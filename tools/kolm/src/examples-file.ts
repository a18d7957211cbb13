// This file settles one row of a task's examples file and leaves every other byte as it is.
import { type FieldValue, isSources, type LabelledSpan, type Output } from "@kolm/format";

/** What a person decided about an input. */
export type Settled = { readonly input: string; readonly output: Readonly<Record<string, unknown>> | null };
/** The file's new text and the line, from 1, that the row stands on. */
export type Edited = { readonly text: string; readonly line: number };

/** Replaces the row with this input, or adds one at the end; either way it says that it was reviewed. */
export function settleRow(text: string, { input, output }: Settled): Edited {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => inputOf(line) === input);
  const row = JSON.stringify({ input, output, reviewed: true });
  if (at !== -1) {
    const ending = lines[at]?.endsWith("\r") === true ? "\r" : "";
    return { text: lines.with(at, row + ending).join("\n"), line: at + 1 };
  }
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  const begun = text === "" || text.endsWith("\n") ? text : text + ending;
  return { text: `${begun}${row}${ending}`, line: begun.split("\n").length };
}

/** An answer as rows are written: spans as their text, with where they start when the text alone would not say. */
export function asRow(output: Output | null, input: string): Settled["output"] {
  if (output === null) return null;
  return Object.fromEntries(Object.entries(output).map(([field, value]) => [field, plain(value, input)]));
}

function plain(value: FieldValue, input: string): unknown {
  if (typeof value !== "object" || value === null || isSources(value)) return value;
  if ("text" in value)
    return input.indexOf(value.text) === value.start ? value.text : { text: value.text, start: value.start };
  let from = 0;
  return value.map(({ label, text, start, end }: LabelledSpan) => {
    const found = input.indexOf(text, from) === start;
    from = end;
    return found ? { label, text } : { label, text, start };
  });
}

function inputOf(line: string): unknown {
  if (line.trim() === "") return undefined;
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === "object" && row !== null && "input" in row ? row.input : undefined;
  } catch {
    return undefined;
  }
}
