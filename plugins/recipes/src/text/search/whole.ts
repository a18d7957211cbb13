// This file finds the programs without conditions that give the outputs of some rows, cheapest first.
import type { Moment } from "@kolm/recipe";
import { type Bank, bankOf, penaltyOf, type Spend } from "../bank/bank.ts";
import type { Style } from "../bank/forms.ts";
import { familiesOf, shownOf } from "../bank/moments.ts";
import type { Table } from "../table/table.ts";
import { constantTerm, type Rows, type Term } from "../term.ts";
import { compose, type Path } from "./compose.ts";
import { Literals } from "./literal.ts";
import { joinShown } from "./join.ts";

/** What the whole output costs where inputs without answer get none, or one of another shape. */
const DOUBT = { missing: 6, strange: 1.5 };
const SHOWN = 0.75;
const BUCKETED = 0.45;
/** Dates and times whose intervals are tried. */
const TIMES = 4;
const STYLES: readonly Style[] = ["plain", "padded"];

/** Programs, at most eight, that differ in what they give on some row. */
export function solve(rows: Rows, spend: Spend, tables: readonly Table[] = []): Term[] {
  if (rows.outputs.every((output) => output === "")) return [constantTerm("", 1, rows)];
  return distinctPrograms(pathsOf(bankOf(rows, spend, tables), rows, spend), rows);
}

function pathsOf(bank: Bank, rows: Rows, spend: Spend): Path[] {
  const paths: Path[] = [];
  const literals = new Literals(rows);
  for (const style of STYLES) {
    const raw = bank.moments.flatMap((moment) => shown(moment, moment, { rows, style, base: SHOWN }));
    const extra = style === "plain" ? 0 : 0.05;
    const base = [...bank.atoms, ...raw];
    for (const { terms, cost } of compose(base, { rows, literals, spend })) paths.push({ terms, cost: cost + extra });
    for (const moment of bank.moments.slice(0, TIMES)) {
      for (const family of familiesOf(moment)) {
        const ends = family.ends.flatMap((end) =>
          shown(end, moment, { rows, style, base: BUCKETED + end.cost, clock: true }),
        );
        if (ends.length === 0) continue;
        for (const { terms, cost } of compose([...base, ...ends], { rows, literals, spend })) {
          if (terms.some((term) => term.of[0]?.node.op === "bucket"))
            paths.push({ terms, cost: cost + extra + family.cost });
        }
      }
    }
  }
  return paths;
}

type Showing = { readonly rows: Rows; readonly style: Style; readonly base: number; readonly clock?: true };

/** What a moment writes that stands in every output. */
function shown(of: Term<Moment>, moment: Term<Moment>, { rows, ...how }: Showing): Term[] {
  const count = rows.outputs.length;
  const terms = shownOf(of, { ...how, base: how.base + 0.3 * moment.cost, examples: count });
  return [...terms].flatMap((term) => {
    const fits = rows.outputs.every((output, row) => standsIn(term.values[row], output));
    return fits ? [{ ...term, cost: term.cost + penaltyOf(term.values, count) }] : [];
  });
}

function standsIn(value: string | undefined, output: string): boolean {
  return value !== undefined && value !== "" && output.includes(value);
}

function distinctPrograms(paths: readonly Path[], rows: Rows): Term[] {
  const found = new Map<string, Term>();
  const terms = paths.map((path) => joined(path, rows));
  for (const term of terms.sort((a, b) => a.cost - b.cost)) {
    const key = term.values.join("\0");
    if (!found.has(key)) found.set(key, term);
    if (found.size === 8) break;
  }
  return [...found.values()];
}

function joined({ terms, cost }: Path, rows: Rows): Term {
  const parts = joinShown(terms, rows);
  const [only] = parts;
  const values = rows.inputs.map((_, row) => {
    const pieces = parts.map((part) => part.values[row]);
    return pieces.includes(undefined) ? undefined : pieces.join("");
  });
  const doubt = penaltyOf(values, rows.outputs.length, DOUBT);
  if (parts.length === 1 && only !== undefined) return { ...only, cost: cost + doubt };
  return { node: { op: "concat" }, of: parts, cost: cost + doubt, values };
}
