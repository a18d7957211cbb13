// This file compiles a checked pattern with re2js and searches with it, skipping texts that cannot match.
import { RE2JS, RE2JSException } from "re2js";
import { LIMITS } from "../limits.ts";
import { type Parsed, parsePattern, PatternError } from "./parse.ts";
import { nextRun, requirementOf, weigh } from "./requirement.ts";

/** Start and end of one group in a text, UTF-16 units, end exclusive. */
export type Found = { readonly start: number; readonly end: number; readonly matchEnd: number };

/** A compiled pattern; searches are linear in the text (RE2). */
export type Pattern = {
  readonly weight: number;
  readonly groups: number;
  test(text: string): boolean;
  /** The leftmost match at or after `from`, as the bounds of `group`; start is -1 when that group took no part. */
  find(text: string, from: number, group: number): Found | undefined;
};

/** Compiles a pattern; PatternError says why it is outside the language. `fold` ignores case. */
export function compilePattern(source: string, fold: boolean): Pattern {
  if (utf8Length(source) > LIMITS.patternBytes) throw new PatternError(`longer than ${LIMITS.patternBytes} bytes`, 0);
  const parsed = parsePattern(source);
  const weight = weigh(parsed.shape);
  if (!(weight <= LIMITS.patternWeight)) throw new PatternError(`weighs more than ${LIMITS.patternWeight}`, 0);
  return { weight, groups: parsed.groups, ...searcher(compileRe2(source, fold), parsed, fold) };
}

function searcher(regex: RE2JS, parsed: Parsed, fold: boolean): Pick<Pattern, "test" | "find"> {
  const requirement = requirementOf(parsed.shape, fold);
  const matcher = regex.matcher("");
  return {
    test: (text) => (requirement === undefined || nextRun(requirement, text, 0) >= 0) && regex.test(text),
    find: (text, from, group) => {
      let start = from;
      if (requirement !== undefined) {
        const run = nextRun(requirement, text, from);
        if (run < 0) return undefined;
        start = wholeCharacter(text, Math.max(from, run - requirement.before), from);
      }
      // The automaton that only says yes or no is ten times faster than the one that says where.
      if (from === 0 && !regex.test(text)) return undefined;
      matcher.resetMatcherInput(text);
      if (!matcher.find(start)) return undefined;
      return { start: matcher.start(group), end: matcher.end(group), matchEnd: matcher.end(0) };
    },
  };
}

function wholeCharacter(text: string, at: number, from: number): number {
  const unit = text.charCodeAt(at);
  return at > from && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

function compileRe2(source: string, fold: boolean): RE2JS {
  try {
    return RE2JS.compile(source, fold ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(error.message, 0);
    throw error;
  }
}

function utf8Length(text: string): number {
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
