// This file finds pieces between two places of a text (FlashFill's position pairs) where simpler pieces do not reach.
import { type Border, endsAt, findPlace, type RunKind, startsAt } from "@kolm/recipe";
import { endOf, numberTerm, type Rows, type Term } from "../term.ts";
import { type PlaceNode, placeTerm, subTerm } from "./pieces.ts";

const KINDS: readonly RunKind[] = ["digits", "letters", "word", "blank", "upper", "lower", "marks", "solid"];
/** Places kept for one offset of the first example. */
const PLACES = 7;
const LONGEST = 400;
const RANGES = 160;

/** Pieces of a text that stand in every output, each between two places; at most `budget` terms. */
export function pairsOf(of: Term, rows: Rows, budget: number): Term[] {
  const text = of.values[0] ?? "";
  const [output = ""] = rows.outputs;
  if (text.length > LONGEST) return [];
  const places = new Map<number, readonly (readonly [Term<number>, number])[]>();
  const at = (offset: number): readonly (readonly [Term<number>, number])[] => {
    const known = places.get(offset) ?? placesAt(of, offset, rows);
    places.set(offset, known);
    return known;
  };
  const found: Term[] = [];
  for (const [from, to] of rangesOf(text, output)) {
    for (const [left, leftCost] of at(from)) {
      for (const [right, rightCost] of at(to)) {
        if (found.length >= budget) return found;
        const term = subTerm(of, [left, right], of.cost + 2.4 + leftCost + rightCost);
        if (rows.outputs.every((wanted, row) => standsIn(term.values[row], wanted))) found.push(term);
      }
    }
  }
  return found;
}

function standsIn(value: string | undefined, wanted: string): boolean {
  return value !== undefined && value !== "" && wanted.includes(value);
}

/** Offsets of pieces of the text that stand in the output and cannot be made longer there; longest first. */
function rangesOf(text: string, output: string): readonly (readonly [number, number])[] {
  const ranges = new Map<string, readonly [number, number]>();
  for (let from = 0; from < text.length; from++) {
    for (let place = 0; place < output.length; place++) {
      if (text.charAt(from) !== output.charAt(place)) continue;
      if (from > 0 && place > 0 && text.charAt(from - 1) === output.charAt(place - 1)) continue;
      let length = 1;
      while (
        from + length < text.length &&
        place + length < output.length &&
        text.charAt(from + length) === output.charAt(place + length)
      )
        length++;
      for (const [start, end] of trimmings(text, from, from + length)) ranges.set(`${start} ${end}`, [start, end]);
    }
  }
  return [...ranges.values()].sort((a, b) => b[1] - b[0] - (a[1] - a[0]) || a[0] - b[0]).slice(0, RANGES);
}

/** A range and the parts of it that begin or end at the border of a run. */
function* trimmings(text: string, from: number, to: number): Generator<readonly [number, number]> {
  const cuts = [from];
  for (let at = from + 1; at < to && cuts.length < 8; at++) if (isBorder(text, at)) cuts.push(at);
  cuts.push(to);
  for (const [index, start] of cuts.entries()) for (const end of cuts.slice(index + 1)) yield [start, end];
}

function isBorder(text: string, at: number): boolean {
  return KINDS.some((run) => startsAt(text, { run }, at) || endsAt(text, { run }, at));
}

function placesAt(of: Term, offset: number, rows: Rows): readonly (readonly [Term<number>, number])[] {
  const text = of.values[0] ?? "";
  const found: [Term<number>, number][] = [];
  if (offset === 0) found.push([numberTerm(0, rows), 0]);
  if (offset === text.length) found.push([endOf(of), 0]);
  for (const [place, cost] of expressionsAt(text, offset)) found.push([placeTerm(of, place), cost]);
  found.push([numberTerm(offset, rows), 1.2 + 0.05 * offset]);
  const different = new Map<string, [Term<number>, number]>();
  for (const [term, cost] of found.sort((a, b) => a[1] - b[1])) {
    const key = term.values.join();
    if (!different.has(key)) different.set(key, [term, cost]);
  }
  return [...different.values()].slice(0, PLACES);
}

/** Ways to say where an offset is: what ends before it, what starts after it, and the how-manieth such place. */
function* expressionsAt(text: string, offset: number): Generator<readonly [PlaceNode, number]> {
  const before = bordersAt(text, offset, endsAt);
  const after = bordersAt(text, offset, startsAt);
  for (const [one, cost] of before) yield* numbered(text, offset, { before: one }, cost);
  for (const [one, cost] of after) yield* numbered(text, offset, { after: one }, cost);
  for (const [one, cost] of before) {
    for (const [other, more] of after) yield* numbered(text, offset, { before: one, after: other }, cost + more + 0.1);
  }
}

type Test = (text: string, border: Border, place: number) => boolean;

function bordersAt(text: string, offset: number, test: Test): (readonly [Border, number])[] {
  const found: (readonly [Border, number])[] = KINDS.filter((run) => test(text, { run }, offset)).map((run) => [
    { run },
    0.3,
  ]);
  const beside = text.charAt(test === endsAt ? offset - 1 : offset);
  if (beside !== "" && !/[\p{L}\p{N}]/u.test(beside)) found.push([{ text: beside }, 0.1]);
  return found;
}

function* numbered(
  text: string,
  offset: number,
  place: Omit<PlaceNode, "at">,
  cost: number,
): Generator<readonly [PlaceNode, number]> {
  for (let at = 0; at < 6; at++) {
    const found = findPlace(text, { ...place, at });
    if (found === undefined || found > offset) break;
    if (found === offset) yield [{ ...place, at }, cost + 0.2 * at];
  }
  for (let at = -1; at > -4; at--) {
    const found = findPlace(text, { ...place, at });
    if (found === undefined || found < offset) break;
    if (found === offset) yield [{ ...place, at }, cost + 0.05 + 0.2 * (-at - 1)];
  }
}
