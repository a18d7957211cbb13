// This file learns which marks part tokens: those that stand beside spans and hardly ever at an end inside them.
import { isOfKind } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import { piecesOf } from "./tagged.ts";

/** Times a mark must stand directly beside a span. */
const LEAST = 3;
/** Of its places at the ends of spans, the share that must be outside. */
const OUTSIDE = 0.9;
const MOST = 32;

/** The marks that part tokens, in order of their code units. */
export function learnApart(answers: readonly Answer[]): string {
  const inside = new Map<string, number>();
  const outside = new Map<string, number>();
  for (const answer of answers) {
    const { input } = answer;
    for (const { start, end } of piecesOf(answer)) {
      count(inside, input, start);
      if (end - start > 1) count(inside, input, end - 1);
      count(outside, input, start - 1);
      count(outside, input, end);
    }
  }
  return [...outside]
    .filter(([mark, times]) => times >= LEAST && times >= OUTSIDE * (times + (inside.get(mark) ?? 0)))
    .map(([mark]) => mark)
    .sort()
    .slice(0, MOST)
    .join("");
}

function count(counts: Map<string, number>, text: string, at: number): void {
  if (at < 0 || at >= text.length || !isOfKind(text.charCodeAt(at), "marks")) return;
  counts.set(text.charAt(at), (counts.get(text.charAt(at)) ?? 0) + 1);
}
