// This file joins neighbouring parts of one date, and the constants between them, into one form.
import type { Rows, Term } from "../term.ts";
import { constantTerm } from "../term.ts";

/** The same row of terms with fewer of them. */
export function joinShown(terms: readonly Term[], rows: Rows): Term[] {
  const joined: Term[] = [];
  for (let at = 0; at < terms.length; at++) {
    const term = terms[at];
    if (term === undefined) continue;
    const run = shownRun(terms, at);
    joined.push(run.length > 1 ? oneForm(run, rows) : term);
    at += Math.max(0, run.length - 1);
  }
  return mergeConstants(joined, rows);
}

/** From `at`, parts of one moment and constants between them, ending in a part. */
function shownRun(terms: readonly Term[], at: number): readonly Term[] {
  const moment = terms[at]?.of[0];
  if (terms[at]?.node.op !== "show") return [];
  let end = at + 1;
  let length = 0;
  for (let next = at + 1; next < terms.length; next++) {
    const term = terms[next];
    const same =
      term?.node.op === "show" &&
      JSON.stringify(term.of[0]?.node) === JSON.stringify(moment?.node) &&
      term.of[0]?.of[0] === moment?.of[0];
    if (!same && term?.node.op !== "text") break;
    length += String(term?.node["form"] ?? term?.node["value"]).length;
    if (length > 80) break;
    if (same) end = next + 1;
  }
  return terms.slice(at, end);
}

function oneForm(run: readonly Term[], rows: Rows): Term {
  let form = "";
  for (const term of run) {
    const piece = term.node.op === "show" ? String(term.node["form"]) : quoted(String(term.node["value"]));
    // Two parts side by side must not read as one longer run of letters.
    form += form !== "" && form.at(-1) === piece.charAt(0) && /[A-Za-z]/.test(piece.charAt(0)) ? `''${piece}` : piece;
  }
  if (form.includes("''")) return plainJoin(run, rows);
  const values = rows.inputs.map((_, row) => {
    const pieces = run.map((term) => term.values[row]);
    return pieces.includes(undefined) ? undefined : pieces.join("");
  });
  return { node: { op: "show", form }, of: run[0]?.of ?? [], cost: 0, values };
}

function plainJoin(run: readonly Term[], rows: Rows): Term {
  const values = rows.inputs.map((_, row) => {
    const pieces = run.map((term) => term.values[row]);
    return pieces.includes(undefined) ? undefined : pieces.join("");
  });
  return { node: { op: "concat" }, of: run, cost: 0, values };
}

function quoted(text: string): string {
  if (!/[A-Za-z']/.test(text)) return text;
  return text.includes("'") ? "''" : `'${text}'`;
}

function mergeConstants(terms: readonly Term[], rows: Rows): Term[] {
  const merged: Term[] = [];
  for (const term of terms) {
    const last = merged.at(-1);
    if (term.node.op === "text" && last?.node.op === "text") {
      merged[merged.length - 1] = constantTerm(String(last.node["value"]) + String(term.node["value"]), 0, rows);
    } else merged.push(term);
  }
  return merged;
}
