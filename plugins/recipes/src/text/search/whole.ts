// This file finds the programs without conditions that give the outputs of some rows, cheapest first.
import { type Bank, bankOf, penaltyOf } from "../bank/bank.ts";
import { familiesOf, shownOf, type Style } from "../bank/moments.ts";
import { constantTerm, type Rows, type Term } from "../term.ts";
import { compose, type Path } from "./compose.ts";
import { joinShown } from "./join.ts";

/** A counted allowance: false when it is used up. */
export type Spend = (units: number) => boolean;

const SHOWN = 0.75;
const BUCKETED = 0.45;
const STYLES: readonly Style[] = ["padded", "plain"];

/** Programs, at most eight, that differ in what they give on some row. */
export function solve(rows: Rows, spend: Spend): Term[] {
  if (rows.outputs.every((output) => output === rows.outputs[0])) return constants(rows, spend);
  return distinctPrograms(pathsOf(bankOf(rows), rows, spend), rows);
}

/** One output only: a constant, or with one example also what makes it from the input. */
function constants(rows: Rows, spend: Spend): Term[] {
  const [output = ""] = rows.outputs;
  const inputs = new Set(rows.inputs.slice(0, rows.outputs.length));
  if (output === "") return [constantTerm("", 1, rows)];
  const made = distinctPrograms(pathsOf(bankOf(rows), rows, spend), rows);
  if (inputs.size === 1) return made;
  return [constantTerm(output, 1, rows), ...made.filter(({ node }) => node.op !== "text")];
}

function pathsOf(bank: Bank, rows: Rows, spend: Spend): Path[] {
  const count = rows.outputs.length;
  const paths: Path[] = [];
  const penalised = (term: Term): Term => ({ ...term, cost: term.cost + penaltyOf(term, count) });
  for (const [style, preferred] of STYLES.map((style) => [style, style === paddingOf(rows)] as const)) {
    const raw = bank.moments
      .flatMap((moment) => [...shownOf(moment, { style, base: SHOWN + 0.3 * moment.cost })])
      .map(penalised);
    const extra = preferred ? 0 : 0.05;
    const base = [...bank.atoms, ...raw];
    paths.push(...compose(base, rows, spend).map((path) => ({ ...path, cost: path.cost + extra })));
    if (!rows.outputs.every((output) => /\d/.test(output))) continue;
    for (const moment of bank.moments.slice(0, 4)) {
      for (const family of familiesOf(moment)) {
        const ends = family.ends
          .flatMap((end) => [...shownOf(end, { style, base: BUCKETED + 0.3 * moment.cost + end.cost })])
          .map(penalised);
        for (const path of compose([...base, ...ends], rows, spend)) {
          const uses = path.terms.some((term) => term.of[0]?.node.op === "bucket");
          if (uses) paths.push({ ...path, cost: path.cost + extra + family.cost });
        }
      }
    }
  }
  return paths;
}

/** Whether numbers below ten have a zero in front in most inputs. */
function paddingOf({ inputs }: Rows): Style {
  const padded = inputs.filter((text) => /(?<!\d)0\d(?!\d)/.test(text)).length;
  return padded * 4 >= inputs.length ? "padded" : "plain";
}

function distinctPrograms(paths: readonly Path[], rows: Rows): Term[] {
  const found = new Map<string, Term>();
  for (const path of [...paths].sort((a, b) => a.cost - b.cost)) {
    const term = joined(path, rows);
    const key = term.values.join("\0");
    if (!found.has(key)) found.set(key, term);
    if (found.size === 8) break;
  }
  return [...found.values()];
}

function joined({ terms, cost }: Path, rows: Rows): Term {
  const parts = joinShown(terms, rows);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return { ...only, cost };
  const values = rows.inputs.map((_, row) => {
    const pieces = parts.map((part) => part.values[row]);
    return pieces.includes(undefined) ? undefined : pieces.join("");
  });
  return { node: { op: "concat" }, of: parts, cost, values };
}
