// This file chooses the few shapes that find the spans of a field, by precision, then by support.
import type { Span } from "@kolm/format";
import { compilePattern, LIMITS, type Pattern } from "@kolm/recipe";
import { generalise } from "../shape/generalise.ts";
import { type Guard, learnGuard } from "../shape/guard.ts";

/** An input and the true spans in it. */
export type Case = { readonly input: string; readonly spans: readonly Span[] };
/** A shape as a guarded pattern, and bare for asking whether anything like it is there at all. */
export type Shape = { readonly pattern: string; readonly core: string };
/** A place a shape found, and which one. */
export type Candidate = { readonly start: number; readonly end: number; readonly shape: number };

type Scored = {
  readonly shape: Shape;
  readonly right: readonly string[];
  readonly precision: number;
  readonly support: number;
};

const MOST_SHAPES = 8;
/** A shape right less often than this is noise, whatever its context. */
const LEAST_PRECISION = 0.5;

/** Shapes learnt from the spans of the cases; each found at least `least` spans that those before it did not. */
export function chooseShapes(cases: readonly Case[], least: number): readonly Shape[] {
  const examples = cases.flatMap(({ input, spans }) => spans.map((span) => ({ input, span })));
  if (examples.length < least) return [];
  const guard = learnGuard(examples);
  const scored = generalise(
    examples.map(({ span }) => span.text),
    least,
  )
    .flatMap(({ pattern }) => score(pattern, guard, cases))
    .filter(({ precision, support }) => precision >= LEAST_PRECISION && support >= least)
    .sort(byPrecisionThenSupport);
  const covered = new Set<string>();
  const chosen: Shape[] = [];
  for (const { shape, right } of scored) {
    const fresh = right.filter((place) => !covered.has(place));
    if (fresh.length < least || chosen.length >= MOST_SHAPES) continue;
    chosen.push(shape);
    for (const place of right) covered.add(place);
  }
  return chosen;
}

// Precision in steps of two per cent, so that a wider shape is not lost for one odd case.
function byPrecisionThenSupport(a: Scored, b: Scored): number {
  const step = Math.floor(b.precision * 50) - Math.floor(a.precision * 50);
  return (
    step ||
    b.support - a.support ||
    a.shape.pattern.length - b.shape.pattern.length ||
    (a.shape.pattern < b.shape.pattern ? -1 : 1)
  );
}

function score(core: string, guard: Guard, cases: readonly Case[]): Scored[] {
  const pattern = guard(core);
  if (new TextEncoder().encode(pattern).length > LIMITS.patternBytes) return [];
  const compiled = compilePattern(pattern, false);
  const right: string[] = [];
  let found = 0;
  cases.forEach(({ input, spans }, index) => {
    for (const place of findAll(compiled, input)) {
      found += 1;
      if (spans.some((span) => span.start === place.start && span.end === place.end))
        right.push(`${index}:${place.start}`);
    }
  });
  return [
    { shape: { pattern, core }, right, precision: found === 0 ? 0 : right.length / found, support: right.length },
  ];
}

/** All places of all shapes as the recipe operation "merge" gives them: no overlap, earlier, then longer first. */
export function candidatesIn(shapes: readonly Pattern[], input: string): readonly Candidate[] {
  const all = shapes.flatMap((pattern, shape) => findAll(pattern, input).map((place) => ({ ...place, shape })));
  const kept: Candidate[] = [];
  for (const place of all.sort((a, b) => a.start - b.start || b.end - a.end || a.shape - b.shape)) {
    if (place.start >= (kept.at(-1)?.end ?? 0)) kept.push(place);
  }
  return kept;
}

function findAll(pattern: Pattern, input: string): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = [];
  for (let from = 0; from <= input.length && places.length < LIMITS.matches;) {
    const found = pattern.find(input, from, 1);
    if (found === undefined) break;
    if (found.end > found.start) places.push({ start: found.start, end: found.end });
    from = Math.max(found.end, from + 1);
  }
  return places;
}
