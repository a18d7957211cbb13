// This file lists what can be asked of an input to tell some rows from others.
import { LIMITS, parseMoment, pieceOf, runsOf, type RunKind } from "@kolm/recipe";
import { separatorsOf } from "../bank/pieces.ts";
import { sourcesOf } from "../bank/sources.ts";
import type { Rows, Term } from "../term.ts";

export type Flag = Term<boolean>;

const KINDS: readonly RunKind[] = [
  "digits",
  "letters",
  "upper",
  "lower",
  "name",
  "number",
  "marks",
  "blank",
  "solid",
  "word",
];

/** Questions about the inputs of some rows, no two with the same answers; cheapest first. */
export function predicatesOf(rows: Rows): readonly Flag[] {
  const found = new Map<string, Flag>();
  const sources = sourcesOf(rows);
  for (const flag of [...between(sources), ...sources.flatMap((source) => [...about(source, rows)])]) {
    const key = flag.values.map(Number).join("");
    const known = found.get(key);
    if (known === undefined || known.cost > flag.cost) found.set(key, flag);
  }
  return [...found.values()].sort((a, b) => a.cost - b.cost);
}

function* between(sources: readonly Term[]): Generator<Flag> {
  for (const one of sources) {
    for (const other of sources) {
      if (one === other) continue;
      const values = one.values.map((text, row) => text?.includes(other.values[row] ?? "") === true);
      yield { node: { op: "holds" }, of: [one, other], cost: 1.2, values };
      yield {
        node: { op: "equal" },
        of: [one, other],
        cost: 1,
        values: one.values.map((text, row) => text === other.values[row]),
      };
    }
  }
}

function* about(source: Term, rows: Rows): Generator<Flag> {
  const texts = source.values.slice(0, rows.outputs.length);
  yield contains(source, [""], "whole", 0.4);
  for (const order of ["mdy", "dmy", "clock"] as const) {
    const values = source.values.map((text) => parseMoment(text?.trim() ?? "", order) !== undefined);
    yield exists(
      { node: { op: "moment", order }, of: [source], cost: 0, values: [] },
      values,
      1.1 + (order === "mdy" ? 0 : 0.1),
    );
  }
  for (const run of KINDS) {
    const counts = source.values.map((text) => runsOf(text ?? "", run).length / 2);
    for (let at = 0; at < 5; at++) {
      const token: Term = { node: { op: "token", run, at }, of: [source], cost: 0, values: [] };
      yield exists(
        token,
        counts.map((count) => count > at),
        1 + 0.15 * at,
      );
    }
  }
  for (const by of separatorsOf(texts)) {
    for (let at = 1; at < 5; at++) {
      const piece: Term = { node: { op: "piece", by, at }, of: [source], cost: 0, values: [] };
      yield exists(
        piece,
        source.values.map((text) => pieceOf(text ?? "", by, at) !== undefined),
        1.1 + 0.15 * at,
      );
    }
  }
  yield* literalTests(source, texts);
  yield* lengthTests(source, texts);
}

function exists(of: Term, values: readonly boolean[], cost: number): Flag {
  return { node: { op: "exists" }, of: [of], cost, values };
}

export function contains(
  of: Term,
  any: readonly string[],
  at: "start" | "end" | "whole" | undefined,
  cost: number,
): Flag {
  const place = at === undefined ? {} : { at };
  // An empty text is no phrase: it is compared as a whole.
  if (any[0] === "") {
    const empty: Term = { node: { op: "text", value: "" }, of: [], cost: 0, values: [] };
    return { node: { op: "equal" }, of: [of, empty], cost, values: of.values.map((text) => text === "") };
  }
  const values = of.values.map((text = "") =>
    any.some((phrase) =>
      at === "start"
        ? text.startsWith(phrase)
        : at === "end"
          ? text.endsWith(phrase)
          : at === "whole"
            ? text === phrase
            : text.includes(phrase),
    ),
  );
  return { node: { op: "contains", any, ...place }, of: [of], cost, values };
}

function* literalTests(source: Term, texts: readonly (string | undefined)[]): Generator<Flag> {
  const words = new Set<string>();
  for (const text of texts.slice(0, 8)) {
    for (const [word] of (text ?? "").matchAll(/\p{L}+|\d+|[^\p{L}\d\s]+/gu)) if (word.length <= 256) words.add(word);
    if (text !== undefined && text !== "" && text.length <= 256) yield contains(source, [text], "whole", 1.9);
    const first = text?.charAt(0) ?? "";
    const last = text?.slice(-1) ?? "";
    if (first !== "") yield contains(source, [first], "start", 1.5);
    if (last !== "") yield contains(source, [last], "end", 1.5);
  }
  for (const word of [...words].slice(0, 60)) {
    yield contains(source, [word], undefined, 1.4);
    yield contains(source, [word], "start", 1.45);
    yield contains(source, [word], "end", 1.45);
  }
}

function* lengthTests(source: Term, texts: readonly (string | undefined)[]): Generator<Flag> {
  const length: Term<number> = { node: { op: "length" }, of: [source], cost: 0, values: [] };
  for (const value of new Set(texts.map((text) => text?.length ?? 0))) {
    if (value > LIMITS.input) continue;
    const number: Term<number> = { node: { op: "number", value }, of: [], cost: 0, values: [] };
    yield {
      node: { op: "less" },
      of: [length, number],
      cost: 2.2,
      values: source.values.map((text) => (text?.length ?? 0) < value),
    };
  }
}

/** The opposite question. */
export function not(flag: Flag): Flag {
  return { node: { op: "not" }, of: [flag], cost: flag.cost + 0.2, values: flag.values.map((value) => value !== true) };
}
