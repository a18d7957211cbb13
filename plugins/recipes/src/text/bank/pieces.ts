// This file lists the pieces that can be taken out of a text: by separators, runs of a class, lengths.
import { type Border, findPlace, pieceOf, type RunKind, runsOf } from "@kolm/recipe";
import { endOf, numberTerm, type Rows, type Term } from "../term.ts";

const KINDS: readonly (readonly [RunKind, number])[] = [
  ["digits", 0],
  ["word", 0],
  ["letters", 0.05],
  ["number", 0.1],
  ["solid", 0.1],
  ["name", 0.2],
  ["upper", 0.4],
  ["lower", 0.5],
];
const FROM_LEFT = 9;
const FROM_RIGHT = 5;
/** Each place further from an end costs this much. */
const FAR = 0.15;
const LONGEST_CUT = 12;

/** Terms made of one text by one operation, with what each costs on top; lazily, so that a bad one is never evaluated everywhere. */
export function piecesOf(of: Term, rows: Rows): Term[] {
  return [...separated(of), ...runs(of), ...ends(of, rows), ...cuts(of)];
}

/** Characters and runs of characters between words, in the first examples. */
export function separatorsOf(texts: readonly (string | undefined)[]): string[] {
  const found = new Set<string>();
  for (const text of texts.slice(0, 4)) {
    for (const run of text?.match(/[^\p{L}\p{N}]+/gu) ?? []) {
      for (const char of run) found.add(char);
      if (run.length > 1 && run.length < 9) found.add(run);
    }
    if (found.size > 20) break;
  }
  return [...found].slice(0, 20);
}

function* separated(of: Term): Generator<Term> {
  const text = of.values[0] ?? "";
  for (const by of separatorsOf(of.values.slice(0, 1))) {
    const count = text.split(by).length;
    for (let at = 0; at < Math.min(count, FROM_LEFT); at++) yield pieceTerm(of, by, at);
    for (let at = -1; at >= -Math.min(count, FROM_RIGHT); at--) yield pieceTerm(of, by, at);
  }
}

function pieceTerm(of: Term, by: string, at: number): Term {
  const far = at < 0 ? -at - 1 + 0.4 : at;
  return {
    node: { op: "piece", by, at },
    of: [of],
    cost: of.cost + 1.4 + FAR * far,
    values: of.values.map((text) => (text === undefined ? undefined : pieceOf(text, by, at))),
  };
}

function* runs(of: Term): Generator<Term> {
  for (const [kind, extra] of KINDS) {
    const all = of.values.map((text) => (text === undefined ? [] : runsOf(text, kind)));
    const count = (all[0] ?? []).length / 2;
    for (let at = 0; at < Math.min(count, FROM_LEFT); at++) yield runTerm(of, kind, { at, extra, all });
    for (let at = -1; at >= -Math.min(count, FROM_RIGHT); at--) yield runTerm(of, kind, { at, extra, all });
  }
}

type Runs = { readonly at: number; readonly extra: number; readonly all: readonly (readonly number[])[] };

function runTerm(of: Term, run: RunKind, { at, extra, all }: Runs): Term {
  const far = at < 0 ? -at - 1 + 0.4 : at;
  return {
    node: { op: "token", run, at },
    of: [of],
    cost: of.cost + 1.5 + extra + FAR * far,
    values: of.values.map((text, row) => {
      const found = all[row] ?? [];
      const index = at < 0 ? found.length / 2 + at : at;
      return text === undefined || found[2 * index] === undefined
        ? undefined
        : text.slice(found[2 * index], found[2 * index + 1]);
    }),
  };
}

/** All before, and all after, the k-th separator, with it and without. */
function* ends(of: Term, rows: Rows): Generator<Term> {
  const text = of.values[0] ?? "";
  const [start, end] = [numberTerm(0, rows), endOf(of)];
  for (const by of separatorsOf(of.values.slice(0, 1))) {
    const count = text.split(by).length - 1;
    const places = [...Array(Math.min(count, 5)).keys(), ...(count > 0 ? [-1] : []), ...(count > 1 ? [-2] : [])];
    for (const at of places) {
      const extra = FAR * (at < 0 ? -at - 1 + 0.4 : at);
      const before = placeTerm(of, { before: { text: by }, at });
      const after = placeTerm(of, { after: { text: by }, at });
      yield subTerm(of, [start, after], of.cost + 1.7 + extra);
      yield subTerm(of, [before, end], of.cost + 1.7 + extra);
      yield subTerm(of, [start, before], of.cost + 1.9 + extra);
      yield subTerm(of, [after, end], of.cost + 1.9 + extra);
    }
  }
}

export type PlaceNode = {
  readonly before?: Border | undefined;
  readonly after?: Border | undefined;
  readonly at: number;
};

export function placeTerm(of: Term, place: PlaceNode): Term<number> {
  const values = of.values.map((text) => (text === undefined ? undefined : findPlace(text, place)));
  const { before, after, at } = place;
  const node = {
    op: "place" as const,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    at,
  };
  return { node, of: [of], cost: 0, values };
}

export function subTerm(of: Term, [left, right]: readonly [Term<number>, Term<number>], cost: number): Term {
  const values = of.values.map((text, row) => {
    const [from, to] = [left.values[row], right.values[row]];
    if (text === undefined || from === undefined || to === undefined) return undefined;
    return from > to || to > text.length ? undefined : text.slice(from, to);
  });
  return { node: { op: "sub" }, of: [of, left, right], cost, values };
}

function* cuts(of: Term): Generator<Term> {
  const length = (of.values[0] ?? "").length;
  for (let n = 1; n <= Math.min(LONGEST_CUT, length - 1); n++) {
    yield cutTerm(of, [0, n], of.cost + 1.8 + 0.12 * n);
    yield cutTerm(of, [-n], of.cost + 1.9 + 0.12 * n);
    yield cutTerm(of, [n], of.cost + 2.1 + 0.12 * n);
    yield cutTerm(of, [0, -n], of.cost + 2.1 + 0.12 * n);
  }
}

export function cutTerm(of: Term, [from, to]: readonly [number, number?], cost: number): Term {
  const node = { op: "cut" as const, from, ...(to === undefined ? {} : { to }) };
  const least = Math.max(from < 0 ? -from : from, to === undefined ? 0 : to < 0 ? -to : to);
  // Shorter texts are cut too, but a program that meant a length does not mean them.
  const values = of.values.map((text) =>
    text === undefined || text.length < least ? undefined : text.slice(from, to),
  );
  return { node, of: [of], cost, values };
}
