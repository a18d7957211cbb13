// This file reads ages as durations (SPEC.md §8.14).
import { duration } from "../date/duration.ts";
import { number } from "../number/number.ts";
import { type Match, skip, stands, type Tokens } from "../token.ts";

/** "five years old", "8 months of age", "87 yo", "aged 87" → "P87Y". */
export function age(tokens: Tokens, at: number): Match<string> | undefined {
  return behind(tokens, at) ?? before(tokens, at);
}

// "five years old", "a 90 day old", "3-year-old", "87 yo".
function behind(tokens: Tokens, at: number): Match<string> | undefined {
  const long = duration(tokens, at);
  if (long === undefined) return short(tokens, at);
  const dash = skip(tokens, long.end, "-");
  const old = stands(tokens, dash, "old") || stands(tokens, dash, "olds");
  const of = skip(tokens, dash + 1, "-");
  const end = old ? dash + 1 : stands(tokens, dash, "of") && stands(tokens, of, "age") ? of + 1 : undefined;
  if (end === undefined) return undefined;
  return { end, value: long.value?.includes("T") === true ? undefined : long.value };
}

function short(tokens: Tokens, at: number): Match<string> | undefined {
  const many = number(tokens, at);
  if (many?.value === undefined || !wholeYears(many.value.num, many.value.den)) return undefined;
  const end = stands(tokens, many.end, "yo")
    ? many.end + 1
    : stands(tokens, many.end, "y") &&
        ["/", "."].includes(tokens[many.end + 1]?.text ?? "") &&
        stands(tokens, many.end + 2, "o")
      ? many.end + 3
      : undefined;
  return end === undefined ? undefined : { end, value: `P${many.value.num}Y` };
}

// "age 87", "aged 87", "at the age of 87".
function before(tokens: Tokens, at: number): Match<string> | undefined {
  const aged = stands(tokens, at, "aged");
  if (!aged && !stands(tokens, at, "age")) return undefined;
  const many = number(tokens, aged ? at + 1 : skip(tokens, at + 1, "of"));
  if (many?.value === undefined || !wholeYears(many.value.num, many.value.den)) return undefined;
  return { end: many.end, value: `P${many.value.num}Y` };
}

function wholeYears(num: bigint, den: bigint): boolean {
  return den === 1n && num >= 0n && num < 1000n;
}
