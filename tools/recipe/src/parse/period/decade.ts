// This file reads decades and centuries: "the 1990s", "the nineties", "the 21st century" (SPEC.md §8.12).
import { dayOf, fourDigits, two } from "../date/day.ts";
import { leaning, referenceOf } from "../date/lean.ts";
import { ordinal } from "../number/cardinal.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, stands, type Tokens } from "../token.ts";

type Rule = (tokens: Tokens, at: number, settings: Settings) => Match<string> | undefined;

const DECADES: readonly string[] = "twenties thirties forties fifties sixties seventies eighties nineties".split(" ");

// "1990s", "the nineties", "the 90s".
export const decade: Rule = (tokens, at, settings) => {
  const token = tokens[at];
  const word = DECADES.indexOf(token?.text ?? "");
  if (token?.kind !== "digits" && word < 0) return undefined;
  const quote = joined(tokens, at + 1)?.text === "'" ? at + 2 : at + 1;
  const end = word >= 0 ? at + 1 : joined(tokens, quote)?.text === "s" ? quote + 1 : undefined;
  const text = word >= 0 ? String((word + 2) * 10) : (token?.text ?? "");
  if (end === undefined || !/^(?:[12][0-9])?[0-9]0$/.test(text)) return undefined;
  if (text.length === 4) return { end, value: `${text.slice(0, 3)}X` };
  const reference = referenceOf(settings);
  const starts = [1800, 1900, 2000, 2100].flatMap((hundred) => dayOf(hundred + Number(text), 1, 1) ?? []);
  const day = reference === undefined ? undefined : leaning(starts, settings);
  return { end, value: day === undefined ? undefined : `${fourDigits(day.year).slice(0, 3)}X` };
};

// "the 21st century".
export const century: Rule = (tokens, at) => {
  const count = ordinal(tokens, at);
  if (count?.value === undefined || count.value < 1n || count.value > 30n || !stands(tokens, count.end, "century"))
    return undefined;
  return { end: count.end + 1, value: `${two(Number(count.value) - 1)}XX` };
};
