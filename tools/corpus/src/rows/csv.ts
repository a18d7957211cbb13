// This file reads comma- and tab-separated values (RFC 4180) as a stream, one section a row.
import type { KolmError, Place } from "@kolm/format";
import type { Document } from "../read/document.ts";
import { tell, tooLarge, unreadable } from "../read/failure.ts";
import type { ReadOptions } from "../read/options.ts";
import { LARGEST_ROW, linesOf, longRow } from "../text/lines.ts";
import { inParts, type Row } from "./render.ts";

type Dialect = { readonly delimiter: string; readonly quotes: boolean };
type Lines = { readonly text: string; readonly line: number };

/** The first row names the columns. A csv file may use semicolons or tabs instead; tsv knows no quotes (IANA's definition). */
export function readTable(path: string, texts: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Document> {
  return inParts(path, rowsOf(path, texts, options), options.rows);
}

async function* rowsOf(path: string, texts: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Row[]> {
  const isTsv = /\.tsv$/i.test(path);
  let dialect: Dialect = { delimiter: "\t", quotes: false };
  let header: readonly string[] | undefined;
  let row = 0;
  for await (const records of recordsOf(path, texts, !isTsv)) {
    const rows: Row[] = [];
    for (const { text, line } of records) {
      if (text === "") continue;
      if (header === undefined && !isTsv) dialect = { delimiter: delimiterOf(text), quotes: true };
      const place = { file: path, line };
      const fields = split(text, dialect, place);
      if (header === undefined) {
        header = headerOf(fields, options, place);
        continue;
      }
      row += 1;
      const names = header;
      if (fields.length === names.length) {
        rows.push({ fields: fields.map((value, at) => [names[at] ?? "", value]), meta: { row, line } });
      } else tell(options, ragged(place, fields.length, names.length));
    }
    yield rows;
  }
}

// A record goes on over line ends as long as a quote is open: the quotes seen so far are odd.
async function* recordsOf(path: string, texts: AsyncIterable<string>, quotes: boolean): AsyncGenerator<Lines[]> {
  let open: { parts: string[]; line: number; size: number } | undefined;
  for await (const lines of linesOf(path, texts)) {
    const records: Lines[] = [];
    for (const { text, number } of lines) {
      const odd = quotes && hasOddQuotes(text);
      if (open === undefined) {
        if (odd) open = { parts: [text], line: number, size: text.length };
        else records.push({ text, line: number });
        continue;
      }
      open.parts.push(text);
      open.size += text.length + 1;
      if (open.size > LARGEST_ROW) {
        const hint = `Look at line ${open.line}: a quote opened there is not closed.`;
        throw tooLarge({ file: path, line: open.line }, longRow(open.line), hint);
      }
      if (!odd) continue;
      records.push({ text: open.parts.join("\n"), line: open.line });
      open = undefined;
    }
    yield records;
  }
  if (open === undefined) return;
  const found = `the quote opened on line ${open.line} is never closed`;
  throw unreadable({ file: path, line: open.line }, found, 'Close it; a quote inside a quoted field is written "".');
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((sign) => [bare.split(sign).length, sign] as const);
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1];
}

function split(text: string, { delimiter, quotes }: Dialect, place: Place): string[] {
  if (!quotes) return text.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = text[at] === '"' ? quoted(text, at, place) : bare(text, at, { delimiter, place });
    fields.push(field.value);
    if (field.end >= text.length) return fields;
    if (text[field.end] !== delimiter) {
      const next = JSON.stringify(text.slice(field.end, field.end + 12));
      throw quoting(
        place,
        `${next} follows a closing quote, where ${JSON.stringify(delimiter)} or the line's end belongs`,
      );
    }
    at = field.end + 1;
  }
}

function quoted(text: string, start: number, place: Place): { value: string; end: number } {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return { value: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
  }
  throw quoting(place, "a quote is opened and never closed");
}

function bare(
  text: string,
  at: number,
  { delimiter, place }: { delimiter: string; place: Place },
): { value: string; end: number } {
  const found = text.indexOf(delimiter, at);
  const end = found === -1 ? text.length : found;
  const value = text.slice(at, end);
  if (!value.includes('"')) return { value, end };
  throw quoting(
    place,
    `a quote stands inside the field ${JSON.stringify(value.slice(0, 40))}, which does not begin with one`,
  );
}

function quoting(place: Place, found: string): KolmError {
  const hint = 'Put the whole field in quotes and write a quote inside it as "" (RFC 4180).';
  return unreadable(place, `on line ${place.line}, ${found}`, hint);
}

function headerOf(fields: readonly string[], { rows = {} }: ReadOptions, place: Place): string[] {
  const names = fields.map((name, at) => name.trim() || `column ${at + 1}`);
  const missing = [rows.title, rows.text, rows.meta]
    .flatMap((part) => part ?? [])
    .find((name) => !names.includes(name));
  if (missing === undefined) return names;
  const found = `it has no column ${JSON.stringify(missing)}, only ${names
    .slice(0, 20)
    .map((name) => JSON.stringify(name))
    .join(", ")}`;
  throw unreadable(place, found, "Name the columns as the file's first line does.");
}

function ragged(place: Place, found: number, expected: number): KolmError {
  const hint = "Give every row a value a column; put fields that hold the delimiter in quotes.";
  return unreadable(place, `line ${place.line} has ${found} fields, the first line has ${expected}`, hint);
}
