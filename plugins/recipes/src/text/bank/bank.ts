// This file gathers the terms that may be part of an output: those whose value stands in the output of every example.
import type { Moment } from "@kolm/recipe";
import type { Rows, Term } from "../term.ts";
import { heavyChanges, lightChanges } from "./changes.ts";
import { momentsOf } from "./moments.ts";
import { pairsOf } from "./places.ts";
import { piecesOf } from "./pieces.ts";
import { sourcesOf } from "./sources.ts";
import { talliesOf } from "./tallies.ts";
import { lookupTerm, type Table } from "../table/table.ts";
import { valuesOf } from "./values.ts";

/** Terms by what they give on the examples; several with different values elsewhere, cheapest first. */
export type Bank = {
  readonly atoms: readonly Term[];
  readonly moments: readonly Term<Moment>[];
  readonly sources: readonly Term[];
};

/** Terms with one value vector on the examples that are kept. */
const SIMILAR = 3;
const PAIRS = 4000;
const PRICE_OF_VALUES = 200;

/** A counted allowance: false when it is used up. */
export type Spend = (units: number) => boolean;

/** The bank of some rows; deterministic. What the allowance no longer pays for is left out. */
export function bankOf(rows: Rows, spend: Spend, tables: readonly Table[] = []): Bank {
  const sources = sourcesOf(rows);
  const wanted = new Wanted(rows);
  const first = sources.flatMap((source) => piecesOf(source, rows));
  const texts = [...sources, ...distinct(first, rows.outputs.length)];
  for (const text of texts) wanted.withChanges(text);
  for (const source of sources) for (const term of heavyChanges(source, rows.outputs)) wanted.withChanges(term);
  for (const piece of texts.slice(sources.length)) {
    if (!wanted.touches(piece)) continue;
    if (!spend(priceOf(piece))) break;
    for (const term of heavyChanges(piece, rows.outputs)) wanted.add(term);
    for (const term of secondPieces(piece, rows, wanted)) wanted.withChanges(term);
  }
  for (const source of sources) for (const term of pairsOf(source, rows, PAIRS / sources.length)) wanted.add(term);
  for (const source of sources) for (const term of talliesOf(source)) wanted.add(term);
  for (const table of tables) wanted.add(lookupTerm(table, rows));
  if (spend(PRICE_OF_VALUES)) for (const term of valuesOf(texts, rows)) wanted.add(term);
  return { atoms: wanted.all(), moments: momentsOf(texts, rows, sources.length), sources };
}

/** Taking a piece apart again costs by its length and by how many rows there are. */
function priceOf({ values }: Term): number {
  return 50 + 4 * (values[0]?.length ?? 0) + values.length;
}

/** Pieces of a piece, evaluated on the inputs without answer only where they fit the examples. */
function secondPieces(piece: Term, rows: Rows, wanted: Wanted): Term[] {
  const count = rows.outputs.length;
  const narrow = { ...piece, values: piece.values.slice(0, count) };
  const fits = piecesOf(narrow, rows).flatMap((term, index) => (wanted.touches(term) ? [index] : []));
  if (fits.length === 0) return [];
  const full = piecesOf(piece, rows);
  return fits.flatMap((index) => full[index] ?? []);
}

/** Of terms with the same values on all rows the cheapest, in order of cost. */
function distinct(terms: readonly Term[], examples: number): Term[] {
  const found = new Map<string, Term>();
  for (const term of terms) {
    if (term.values.slice(0, examples).some((value) => value === undefined || value === "")) continue;
    const key = term.values.join("\0");
    const known = found.get(key);
    if (known === undefined || known.cost > term.cost) found.set(key, term);
  }
  return [...found.values()].sort((a, b) => a.cost - b.cost);
}

/** The terms whose value stands in every output, by their values on the examples. */
class Wanted {
  readonly #rows: Rows;
  readonly #lower: readonly string[];
  readonly #found = new Map<string, Map<string, Term>>();

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#lower = rows.outputs.map((output) => output.toLowerCase());
  }

  /** Whether some letters of every value stand in the output, whatever their case. */
  touches(term: Term): boolean {
    return this.#lower.every((output, row) => {
      const value = term.values[row];
      if (value === undefined || value === "") return false;
      const lower = value.toLowerCase();
      return output.includes(lower) || (lower.length > 1 && sharesPiece(lower, output));
    });
  }

  add(term: Term): boolean {
    const { outputs } = this.#rows;
    if (!outputs.every((output, row) => isIn(term.values[row], output))) return false;
    const key = term.values.slice(0, outputs.length).join("\0");
    const similar = this.#found.get(key) ?? new Map<string, Term>();
    this.#found.set(key, similar);
    const rest = term.values.slice(outputs.length);
    const known = similar.get(rest.join("\0"));
    const penalised = { ...term, cost: term.cost + penaltyOf(term.values, outputs.length) };
    if (known === undefined || known.cost > penalised.cost) similar.set(rest.join("\0"), penalised);
    return true;
  }

  /** Adds the term, or where it does not fit as it is, what fits of its changes. */
  withChanges(term: Term): void {
    if (this.add(term) || !this.#lower.every((output, row) => mayFit(term.values[row], output))) return;
    for (const changed of lightChanges(term)) this.add(changed);
  }

  all(): Term[] {
    return [...this.#found.values()].flatMap((similar) =>
      [...similar.values()].sort((a, b) => a.cost - b.cost).slice(0, SIMILAR),
    );
  }
}

function isIn(value: string | undefined, output: string): boolean {
  return value !== undefined && value !== "" && output.includes(value);
}

function mayFit(value: string | undefined, output: string): boolean {
  if (value === undefined || value === "") return false;
  return output.includes(value.trim().toLowerCase()) || output.includes(value.charAt(0).toLowerCase());
}

function sharesPiece(value: string, output: string): boolean {
  for (let at = 0; at + 2 <= value.length; at++) if (output.includes(value.slice(at, at + 2))) return true;
  return false;
}

/** Inputs without answer on which a term gives nothing, or a text of another shape than on the examples, speak against it. */
export function penaltyOf(
  values: Term["values"],
  examples: number,
  { missing, strange }: Doubt = { missing: 1, strange: 0.3 },
): number {
  const rest = values.length - examples;
  if (rest <= 0) return 0;
  const shapes = new Set(values.slice(0, examples).map((value) => shapeOf(value ?? "")));
  const folded = new Set([...shapes].map((shape) => shape.toLowerCase()));
  let cost = 0;
  for (const value of values.slice(examples)) {
    const shape = shapeOf(value ?? "");
    if (value === undefined || value === "") cost += missing;
    else if (!shapes.has(shape)) cost += folded.has(shape.toLowerCase()) ? 0.2 * strange : strange;
  }
  return cost / rest;
}

/** What a share of inputs without a value, or with one of another shape, costs. */
export type Doubt = { readonly missing: number; readonly strange: number };

function shapeOf(text: string): string {
  return text
    .replace(/\p{Lu}\p{L}*/gu, "A")
    .replace(/\p{Ll}\p{L}*/gu, "a")
    .replace(/\d+/g, "0")
    .replace(/\s+/g, " ")
    .replace(/([a0][^a0]{1,2})\1+/gi, "$1");
}
