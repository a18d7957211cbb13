// This file compiles the operation that gives runs of tokens on whose contexts rules agree (SPEC.md §10).
import type { NodeOf } from "../language/node.ts";
import { LIMITS } from "../limits.ts";
import { type Context, contextKey, describeTokens } from "../text/contexts.ts";
import { tokensOf } from "../text/tokens.ts";
import { type Evaluate, pay, type Piece } from "./run.ts";

/** Units of work for one part of one context of one token. */
const PART = 16;

/** Pieces made of tokens that are, between tokens that are not; a token that rules leave open, or differ on, is neither. */
export function tag(node: NodeOf<"tag">): Evaluate {
  const apart = node.apart ?? "";
  const lexicon = new Map(node.lexicon);
  const rules = new Map([
    ...node.is.map((key) => [key, true] as const),
    ...node.isnt.map((key) => [key, false] as const),
  ]);
  const contexts: readonly Context[] = node.contexts;
  const parts = contexts.reduce((sum, context) => sum + context.length, 0);
  return (run) => {
    if (!pay(run, 2 * run.input.length)) return undefined;
    const tokens = tokensOf(run.input, apart, LIMITS.tokens);
    if (tokens === undefined) run.spent = true;
    if (tokens === undefined || !pay(run, tokens.length * parts * PART)) return undefined;
    const described = describeTokens(run.input, tokens, lexicon);
    const said = tokens.map((_, at) =>
      agreed(
        contexts.map((context, index) => rules.get(contextKey(described, at, { context, index }))),
        node.voices,
      ),
    );
    const pieces: Piece[] = runsOfTrue(said).map(([first, last]) => ({
      start: tokens[first]?.start ?? 0,
      end: tokens[last]?.end ?? 0,
    }));
    if (pieces.length > LIMITS.matches) {
      run.spent = true;
      return undefined;
    }
    return pieces;
  };
}

function agreed(said: readonly (boolean | undefined)[], voices: number): boolean | undefined {
  const known = said.filter((one) => one !== undefined);
  return known.length >= voices && known.every((one) => one === known[0]) ? known[0] : undefined;
}

/** First and last index of each run of true whose neighbours are false or the ends. */
export function runsOfTrue(said: readonly (boolean | undefined)[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let first = 0; first < said.length;) {
    let next = first + 1;
    while (next < said.length && said[next] === said[first]) next++;
    const open = (first > 0 && said[first - 1] === undefined) || (next < said.length && said[next] === undefined);
    if (said[first] === true && !open) runs.push([first, next - 1]);
    first = next;
  }
  return runs;
}
