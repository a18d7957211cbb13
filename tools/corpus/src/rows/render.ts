// This file turns rows of named values into titled sections, many rows a text.
import { type Document, type Meta, nameInWords, type Section } from "../read/document.ts";
import { unreadable } from "../read/failure.ts";
import type { RowColumns } from "../read/options.ts";

export type Fields = readonly (readonly [name: string, value: unknown])[];

export type Row = { readonly fields: Fields; readonly meta: Meta };

/** A part of a streamed table has about this many UTF-16 units. */
const PART = 256 << 10;

/** Texts of whole rows, one section each: "column: value" lines, or the value alone where one column is the text. */
export async function* inParts(
  path: string,
  rows: AsyncIterable<readonly Row[]>,
  columns: RowColumns = {},
): AsyncGenerator<Document> {
  let base = 0;
  let text = "";
  let sections: Section[] = [];
  for await (const row of each(rows)) {
    const start = text.length;
    text += textOf(path, row.fields, columns);
    const meta = { ...row.meta, ...metaOf(path, row.fields, columns) };
    if (text.length > start)
      sections.push({ title: titleOf(path, row.fields, columns), start, end: text.length, meta });
    text += "\n\n";
    if (text.length < PART) continue;
    yield { path, text, sections, base };
    base += text.length;
    [text, sections] = ["", []];
  }
  if (sections.length > 0 || base === 0) yield { path, text, sections, base };
}

async function* each(rows: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const some of rows) yield* some;
}

function titleOf(path: string, fields: Fields, { title }: RowColumns): string {
  const values = chosen(fields, title ?? []).map(([, value]) => spell(path, value));
  return values.filter((value) => value !== "").join(" · ") || nameInWords(path);
}

function textOf(path: string, fields: Fields, { title = [], text, meta = [] }: RowColumns): string {
  const apart = new Set([...title, ...meta]);
  const kept = text === undefined ? fields.filter(([name]) => !apart.has(name)) : chosen(fields, text);
  const spelled = kept.map(([name, value]) => [name, spell(path, value).trim()]).filter(([, value]) => value !== "");
  if (text?.length === 1) return spelled[0]?.[1] ?? "";
  return spelled.map(([name, value]) => (name === "" ? value : `${name}: ${value}`)).join("\n");
}

function metaOf(path: string, fields: Fields, { meta = [] }: RowColumns): Meta {
  const plain = (value: unknown): value is string | number | boolean =>
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
  return Object.fromEntries(
    chosen(fields, meta)
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => [name, plain(value) ? value : spell(path, value)]),
  );
}

function chosen(fields: Fields, names: readonly string[]): Fields {
  return names.flatMap((name) => fields.filter(([field]) => field === name).slice(0, 1));
}

function spell(path: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ");
  try {
    return JSON.stringify(value);
  } catch {
    throw tooDeep(path);
  }
}

function tooDeep(path: string): Error {
  return unreadable({ file: path }, "its values are nested too deep", "Flatten the values, or take the file out.");
}
