// This file compiles the operations that give pieces of the input (SPEC.md §3.3).
import type { NodeOf } from "../language/node.ts";
import { LIMITS } from "../limits.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { wordsOf } from "../text/words.ts";
import { type Evaluate, pay, type Piece, type Run, type Search } from "./run.ts";

/** All matches from left to right; the next search starts where the captured group of the last one ended. */
export function find(node: NodeOf<"find">, pattern: Pattern): Evaluate {
  const group = node.group ?? 0;
  return (run) => {
    const done = run.searches.get(pattern) ?? [];
    const known = done.find((search) => search.group === group);
    if (known !== undefined) return pay(run, known.work, known.searches) ? known.pieces : undefined;
    const search = searchAll(run, pattern, group);
    if (search === undefined) return undefined;
    run.searches.set(pattern, [...done, search]);
    return search.pieces;
  };
}

function searchAll(run: Run, pattern: Pattern, group: number): Search | undefined {
  const pieces: Piece[] = [];
  let work = 0;
  let searches = 0;
  for (let from = 0; from <= run.input.length;) {
    const units = (run.input.length - from) * pattern.weight;
    if (!pay(run, units)) return undefined;
    work += units;
    searches += 1;
    const found = pattern.find(run.input, from, group);
    if (found === undefined) break;
    const { start, end, matchEnd } = found;
    const real = start >= 0 && end > start;
    if (real && pieces.length === LIMITS.matches) {
      run.spent = true;
      return undefined;
    }
    if (real) pieces.push({ start, end });
    from = real && end > from ? end : Math.max(matchEnd, afterCharacter(run.input, from));
  }
  return { group, pieces, searches, work };
}

function afterCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** Keeps the pieces whose neighbour is one of the characters or phrases, or with drop those whose neighbour is not. */
export function keep(node: NodeOf<"keep">, operand: Evaluate): Evaluate {
  const { chars, edge } = node;
  const forms = (node.phrases ?? []).map((phrase) => wordsOf(phrase).form);
  const before = node.side === "before";
  const holds = (run: Run, piece: Piece): boolean => {
    if (chars !== undefined) return hasNeighbour(run.input, before ? piece.start - 1 : piece.end, chars);
    if (edge === true)
      return before ? isBlank(run.input, 0, piece.start) : isBlank(run.input, piece.end, run.input.length);
    const form = contextForm(run.input, piece, before);
    return forms.some((phrase) => (before ? form.endsWith(phrase) : form.startsWith(phrase)));
  };
  return (run) => {
    const pieces = operand(run) as readonly Piece[] | undefined; // the checker proved a list
    if (pieces === undefined || !pay(run, pieces.length * (LIMITS.context + forms.length))) return undefined;
    return pieces.filter((piece) => holds(run, piece) !== (node.drop === true));
  };
}

function hasNeighbour(text: string, at: number, chars: string): boolean {
  return at >= 0 && at < text.length && chars.includes(text.charAt(at));
}

/** No word stands between two offsets, and they are no further apart than context reaches. */
function isBlank(text: string, from: number, to: number): boolean {
  return to - from <= LIMITS.context && wordsOf(text.slice(from, to)).list.length === 0;
}

/** The word form of the units next to a piece, at most LIMITS.context of them. */
function contextForm(input: string, piece: Piece, before: boolean): string {
  const text = before
    ? input.slice(Math.max(0, piece.start - LIMITS.context), piece.start)
    : input.slice(piece.end, piece.end + LIMITS.context);
  return wordsOf(text).form;
}

export function pick(node: NodeOf<"pick">, operand: Evaluate): Evaluate {
  return (run) => {
    const pieces = operand(run) as readonly Piece[] | undefined; // the checker proved a list
    if (pieces === undefined || !pay(run, 0)) return undefined;
    if (node.at === "only" && pieces.length > 1) return undefined;
    return pieces.at(node.at === "last" ? -1 : 0);
  };
}

export function label(node: NodeOf<"label">, operand: Evaluate): Evaluate {
  return (run) => {
    const pieces = operand(run) as readonly Piece[] | undefined; // the checker proved a list
    if (pieces === undefined || !pay(run, pieces.length)) return undefined;
    return pieces.map(({ start, end }) => ({ start, end, label: node.label }));
  };
}

/** Joins lists in order of the input; of two that overlap the earlier start wins, then the longer, then the earlier list. */
export function merge(operands: readonly Evaluate[]): Evaluate {
  return (run) => {
    const all: Piece[] = [];
    for (const operand of operands) {
      const pieces = operand(run) as readonly Piece[] | undefined; // the checker proved a list
      if (pieces === undefined || !pay(run, pieces.length)) return undefined;
      all.push(...pieces);
    }
    if (!pay(run, 0)) return undefined;
    const kept: Piece[] = [];
    for (const piece of all.sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (piece.start >= (kept.at(-1)?.end ?? 0)) kept.push(piece);
    }
    return kept;
  };
}
