// This file finds places between characters by what ends before them and starts after them (SPEC.md §9).
import { isOfKind, type RunKind, runEnd } from "./runs.ts";

/** A run of a class, or a literal text. */
export type Border = { readonly run: RunKind } | { readonly text: string };

/** The k-th place (0 the first, -1 the last) where `before` ends and `after` starts; undefined where there are too few. */
export function findPlace(
  text: string,
  { before, after, at }: { before?: Border | undefined; after?: Border | undefined; at: number },
): number | undefined {
  const step = at < 0 ? -1 : 1;
  let left = at < 0 ? -at : at + 1;
  for (let place = at < 0 ? text.length : 0; place >= 0 && place <= text.length; place += step) {
    if (before !== undefined && !endsAt(text, before, place)) continue;
    if (after !== undefined && !startsAt(text, after, place)) continue;
    left -= 1;
    if (left === 0) return place;
  }
  return undefined;
}

/** Whether the border starts at a place: a run that begins there, or the literal. */
export function startsAt(text: string, border: Border, place: number): boolean {
  if ("text" in border) return text.startsWith(border.text, place);
  if (border.run === "name" || border.run === "number") return runEnd(text, border.run, place) > place;
  return (
    place < text.length &&
    isOfKind(text.charCodeAt(place), border.run) &&
    (place === 0 || !isOfKind(text.charCodeAt(place - 1), border.run))
  );
}

/** Whether the border ends at a place; a name or number by its letters or digits. */
export function endsAt(text: string, border: Border, place: number): boolean {
  if ("text" in border) return place >= border.text.length && text.startsWith(border.text, place - border.text.length);
  return (
    place > 0 &&
    isOfKind(text.charCodeAt(place - 1), border.run) &&
    (place === text.length || !isOfKind(text.charCodeAt(place), border.run))
  );
}
