// This file changes texts: case, first letters, characters replaced or dropped, zeros added or taken away.
import { type Case, isOfKind, type RunKind, toCase } from "@kolm/recipe";
import type { Term } from "../term.ts";
import { cutTerm, separatorsOf } from "./pieces.ts";

const CASES: readonly (readonly [Case, number])[] = [
  ["lower", 0.5],
  ["upper", 0.5],
  ["title", 0.6],
  ["sentence", 0.65],
];

/** The text in other cases, its first character, trimmed. */
export function* lightChanges(of: Term): Generator<Term> {
  yield* cases(of);
  const initial = cutTerm(of, [0, 1], of.cost + 0.8);
  yield initial;
  yield* cases(initial);
  if (of.values.some((text) => text !== undefined && text !== text.trim())) yield trimTerm(of);
}

function* cases(of: Term): Generator<Term> {
  for (const [to, extra] of CASES) {
    const values = of.values.map((text) => (text === undefined ? undefined : toCase(text, to)));
    if (values.some((text, row) => text !== of.values[row]))
      yield { node: { op: "case", to }, of: [of], cost: of.cost + extra, values };
  }
}

function trimTerm(of: Term): Term {
  return { node: { op: "trim" }, of: [of], cost: of.cost + 0.3, values: of.values.map((text) => text?.trim()) };
}

const DROPPED: readonly (readonly [RunKind, true | undefined])[] = [
  ["digits", undefined],
  ["letters", undefined],
  ["word", undefined],
  ["solid", undefined],
  ["digits", true],
  ["marks", true],
];

/** The text with characters replaced, dropped or kept, zeros added or taken away at the front. */
export function* heavyChanges(of: Term, outputs: readonly string[]): Generator<Term> {
  for (const [run, drop] of DROPPED) {
    const values = of.values.map((text) => (text === undefined ? undefined : filtered(text, run, drop === true)));
    const node = { op: "filter" as const, run, ...(drop === true ? { drop } : {}) };
    yield { node, of: [of], cost: of.cost + 1.6, values };
  }
  const fresh = ["", ...separatorsOf(outputs.slice(0, 1))].slice(0, 8);
  for (const find of separatorsOf(of.values).slice(0, 12)) {
    for (const by of fresh) if (by !== find) yield replaceTerm(of, find, by);
  }
  const zeros = of.values.map((text) => (text === undefined ? undefined : /^0*([^0][^]*|0)$/.exec(text)?.[1]));
  if (zeros.some((text, row) => text !== of.values[row]))
    yield {
      node: { op: "capture", pattern: "^0*([^0](?:.|\\n)*|0)$", group: 1 },
      of: [of],
      cost: of.cost + 1,
      values: zeros,
    };
  for (const to of [2, 3, 4, 5]) {
    const values = of.values.map((text) => text?.padStart(to, "0"));
    if (values.some((text, row) => text !== of.values[row]))
      yield { node: { op: "pad", side: "start", to, with: "0" }, of: [of], cost: of.cost + 1.2, values };
  }
}

function replaceTerm(of: Term, find: string, by: string): Term {
  const values = of.values.map((text) => text?.replaceAll(find, () => by));
  return { node: { op: "replace", find, with: by }, of: [of], cost: of.cost + 1.3 + 0.1 * by.length, values };
}

function filtered(text: string, run: RunKind, drop: boolean): string {
  let kept = "";
  for (let at = 0; at < text.length; at++) if (isOfKind(text.charCodeAt(at), run) !== drop) kept += text.charAt(at);
  return kept;
}
