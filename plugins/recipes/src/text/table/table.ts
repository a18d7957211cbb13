// This file finds the lookup tables that examples teach: a piece of the input that always comes with one text of the output.
import { compilePack, LIMITS, type Pack } from "@kolm/recipe";
import { piecesOf } from "../bank/pieces.ts";
import { sourcesOf } from "../bank/sources.ts";
import { nodesOf, type Rows, type Term } from "../term.ts";

type Votes = ReadonlyMap<string, number>;
/** A table: how its key is read from an input, and what each key came with how often. */
export type Table = {
  readonly key: Term;
  readonly votes: ReadonlyMap<string, Votes>;
  /** The key of an input; undefined where it has none. */
  readonly keyOf: (input: string) => string | undefined;
};

/** Fewer examples teach no table. */
const LEAST = 8;
/** A key is kept when it came with one text at least so often, and with others hardly ever. */
const SUPPORT = 2;
const AGREEMENT = 0.8;
/** The share of the examples that the kept keys must cover. */
const COVERED = 0.8;
const MOST_KEYS = 512;
const ROWS = 400;
const KEYS = 120;
const TEXTS = 40;
const TABLES = 4;

type Texts = readonly (string | undefined)[];
type Found = { readonly key: Term; readonly votes: Table["votes"]; readonly worth: number };

/** The tables of these examples, the likeliest meant first; none where a table would only repeat the examples. */
export function tablesOf(examples: readonly { readonly input: string; readonly output: string | null }[]): Table[] {
  const texts = examples.flatMap(({ input, output }) => (output === null ? [] : [{ input, output }])).slice(0, ROWS);
  if (texts.length < LEAST) return [];
  const rows = { inputs: texts.map(({ input }) => input), outputs: texts.map(({ output }) => output) };
  const keys = different(sourcesOf(rows).flatMap((source) => [source, ...piecesOf(source, rows)])).slice(0, KEYS);
  const found: Found[] = [];
  for (const text of textsOf(rows)) {
    for (const key of keys) {
      const votes = votesOf(key.values, text.values);
      if (votes !== undefined) found.push({ key, votes, worth: text.cost + key.cost + 0.02 * votes.size });
    }
  }
  const best = found.sort((a, b) => a.worth - b.worth).slice(0, TABLES);
  return best.map(({ key, votes }) => ({ key, votes, keyOf: reader(key) }));
}

/** What a key stands for, one vote left out where stated; undefined where the votes do not settle it. */
export function entryOf(votes: Votes, without?: string): string | undefined {
  let [total, most, text] = [0, 0, ""];
  for (const [value, count] of votes) {
    const counted = value === without ? count - 1 : count;
    total += counted;
    if (counted > most) [most, text] = [counted, value];
  }
  return most >= SUPPORT && most >= AGREEMENT * total ? text : undefined;
}

/** The term that looks its key up, on the rows at hand. */
export function lookupTerm({ key, votes, keyOf }: Table, rows: Rows): Term {
  const entries = new Map(
    [...votes].flatMap(([name, counts]): [string, string][] => {
      const text = entryOf(counts);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const read = rows.inputs.map(keyOf);
  const table = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = read.map((name) => (name === undefined ? undefined : entries.get(name)));
  return { node: { op: "lookup", table }, of: [{ ...key, values: read }], cost: key.cost + 2, values };
}

/** The whole outputs and their pieces; the longer a text, the more a table of it explains. */
function textsOf({ inputs, outputs }: Rows): Term[] {
  const whole: Term = { node: { op: "input" }, of: [], cost: 0, values: outputs };
  const pieces = piecesOf(whole, { inputs: outputs, outputs });
  return different([whole, ...pieces])
    .filter(({ values }) => new Set(values).size > 1 && values.every((value) => value !== undefined && value !== ""))
    .filter(({ values }) => !areCopied(values, inputs))
    .slice(0, TEXTS);
}

/** Whether most texts stand in their inputs, whatever their case: no table is needed for them. */
function areCopied(texts: Texts, inputs: readonly string[]): boolean {
  const copied = texts.filter((text = "", row) => inputs[row]?.toLowerCase().includes(text.trim().toLowerCase()));
  return copied.length > texts.length / 2;
}

function different(terms: readonly Term[]): Term[] {
  const found = new Map<string, Term>();
  for (const term of terms) {
    const key = term.values.join("\0");
    const known = found.get(key);
    if (known === undefined || known.cost > term.cost) found.set(key, term);
  }
  return [...found.values()].sort((a, b) => a.cost - b.cost);
}

/** What every key came with; undefined where keys do not decide it, or are hardly ever seen twice. */
function votesOf(keys: Texts, texts: Texts): Table["votes"] | undefined {
  const votes = new Map<string, Map<string, number>>();
  let apart = 0;
  for (const [row, key] of keys.entries()) {
    const text = texts[row];
    if (key === undefined || key === "" || text === undefined || key.length > LIMITS.literal) continue;
    const counts = votes.get(key) ?? new Map<string, number>();
    if (counts.size > 0 && !counts.has(text)) apart += 1;
    if (apart > (1 - AGREEMENT) * keys.length) return undefined;
    counts.set(text, (counts.get(text) ?? 0) + 1);
    votes.set(key, counts);
  }
  if (votes.size < 2 || votes.size > MOST_KEYS) return undefined;
  const covered = keys.filter((key, row) => {
    const counts = key === undefined ? undefined : votes.get(key);
    return counts !== undefined && entryOf(counts) === texts[row];
  });
  return covered.length >= COVERED * keys.length ? votes : undefined;
}

function reader(key: Term): Table["keyOf"] {
  const pack: Pack = compilePack([{ id: "key", field: "key", gives: "text", nodes: nodesOf(key) }]);
  return (input) => {
    const value = pack.decide(input).fields.get("key")?.value;
    return typeof value === "string" ? value : undefined;
  };
}
