// This file reads ranges of numbers as intervals: "between 20 and 30", "at least 5" (SPEC.md §8.15).
import { decimalOf, type Ratio } from "../ratio.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, stands, type Tokens } from "../token.ts";
import { ordinal } from "./cardinal.ts";
import { number } from "./number.ts";

type Found = Match<string>;
type Relation = ">" | ">=" | "<" | "<=" | "=";
type Bound = Match<Ratio> & { readonly relation: Relation };

const MORE = ["more", "greater", "larger", "higher", "bigger", "longer", "older"];
const LESS = ["less", "smaller", "lower", "fewer", "shorter", "younger"];

const PHRASES: readonly (readonly [words: readonly string[], relation: Relation])[] = [
  ...MORE.flatMap((more) => comparisons(more, ">", "<=")),
  ...LESS.flatMap((less) => comparisons(less, "<", ">=")),
  ...phrases(">=", "at least/no below"),
  ...phrases("<=", "at most/up to"),
  ...phrases(">", "above/over/exceed/exceeds/exceeding"),
  ...phrases("<", "below/under"),
  ...phrases("=", "equals/equal to/equals to/equaling to/equaling"),
  ...phrases(">=", "> =/≥"),
  ...phrases("<=", "< =/≤"),
  ...phrases(">", ">"),
  ...phrases("<", "<"),
];
const DASHES: readonly string[] = ["-", "\u2013", "~"];
const BY_FIRST: ReadonlyMap<string, readonly (readonly [readonly string[], Relation])[]> = byFirst();

/** "between 20 and 30" → "[20,30)", "more than 5" → "(5,)", "1000-5000" → "[1000,5000)". */
export function range(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  return twoNumbers(tokens, at, settings) ?? compared(tokens, at, settings) ?? orMore(tokens, at, settings);
}

function comparisons(word: string, strict: Relation, negated: Relation): [readonly string[], Relation][] {
  const loose: Relation = strict === ">" ? ">=" : "<=";
  return [
    ...phrases(
      loose,
      `${word} than or equal to/${word} or equal to/${word} or equal than/equal to or ${word} than/equal or ${word} than`,
    ),
    ...phrases(negated, `no ${word} than/not ${word} than`),
    ...phrases(strict, `${word} than`),
  ];
}

function phrases(relation: Relation, all: string): [readonly string[], Relation][] {
  return all.split("/").map((one) => [one.split(" "), relation]);
}

function byFirst(): ReadonlyMap<string, readonly (readonly [readonly string[], Relation])[]> {
  const found = new Map<string, (readonly [readonly string[], Relation])[]>();
  for (const phrase of PHRASES) {
    const first = phrase[0][0] ?? "";
    found.set(first, [...(found.get(first) ?? []), phrase]);
  }
  return found;
}

// "between 20 and 30", "from one to five", "1000-5000".
function twoNumbers(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const between = stands(tokens, at, "between");
  const open = between || stands(tokens, at, "from");
  const from = operand(tokens, open ? at + 1 : at, settings);
  if (from === undefined) return undefined;
  const joint = tokens[from.end]?.text ?? "";
  const dash = DASHES.includes(joint);
  const worded = (between && joint === "and") || (open && joint === "to");
  if (!worded && !dash) return undefined;
  if (!open && tokens[at]?.kind !== "digits") return undefined;
  const to = operand(tokens, from.end + 1, settings);
  if (to === undefined || (dash && ["-", "/", "."].includes(joined(tokens, to.end)?.text ?? ""))) return undefined;
  return { end: to.end, value: halfOpen(from.value, to.value) };
}

function halfOpen(from: Ratio | undefined, to: Ratio | undefined): string | undefined {
  return from !== undefined && to !== undefined && below(from, to) ? interval("[", from, to, ")") : undefined;
}

// A number, or the rank of an ordinal behind "the".
function operand(tokens: Tokens, at: number, settings: Settings): Match<Ratio> | undefined {
  const rank = stands(tokens, at, "the") ? ordinal(tokens, at + 1) : undefined;
  if (rank !== undefined)
    return { end: rank.end, value: rank.value === undefined ? undefined : { num: rank.value, den: 1n } };
  const half = stands(tokens, at, "a") && stands(tokens, at + 1, "half") ? at + 1 : at;
  return number(tokens, half, settings);
}

// "more than 20", and with a second bound "greater than 100 and smaller than 300".
function compared(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const first = boundAt(tokens, at, settings);
  if (first === undefined) return undefined;
  const joint = ["and", "but", ","].includes(tokens[first.end]?.text ?? "") ? first.end + 1 : undefined;
  const second = joint === undefined ? undefined : boundAt(tokens, joint, settings);
  const both = second === undefined ? undefined : enclosed(first, second);
  if (both !== undefined && second !== undefined) return { end: second.end, value: both };
  return { end: first.end, value: first.value === undefined ? undefined : one(first.relation, first.value) };
}

function boundAt(tokens: Tokens, at: number, settings: Settings): Bound | undefined {
  const phrase = BY_FIRST.get(tokens[at]?.text ?? "")?.find(([words]) =>
    words.every((word, index) => stands(tokens, at + index, word)),
  );
  if (phrase === undefined) return undefined;
  const [words, relation] = phrase;
  const found = operand(tokens, at + words.length, settings);
  return found === undefined ? undefined : { ...found, relation };
}

// "five hundred or more", "200 or greater".
function orMore(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const found = number(tokens, at, settings);
  if (found === undefined || !["or", "and"].includes(tokens[found.end]?.text ?? "")) return undefined;
  const word = tokens[found.end + 1]?.text ?? "";
  const relation =
    MORE.includes(word) || word === "above" ? ">=" : LESS.includes(word) || word === "below" ? "<=" : undefined;
  if (relation === undefined) return undefined;
  // "5 or more than 20" goes on.
  const end = found.end + 2;
  const value = found.value === undefined || stands(tokens, end, "than") ? undefined : one(relation, found.value);
  return { end: stands(tokens, end, "than") ? end + 1 : end, value };
}

function one(relation: Relation, value: Ratio): string | undefined {
  if (relation === "=") return interval("[", value, value, "]");
  if (relation === ">" || relation === ">=") return interval(relation === ">" ? "(" : "[", value, undefined, ")");
  return interval("(", undefined, value, relation === "<" ? ")" : "]");
}

function enclosed(a: Bound, b: Bound): string | undefined {
  const [low, high] = a.relation.startsWith(">") ? [a, b] : [b, a];
  if (!low.relation.startsWith(">") || !high.relation.startsWith("<")) return undefined;
  if (low.value === undefined || high.value === undefined || !below(low.value, high.value)) return undefined;
  return interval(low.relation === ">" ? "(" : "[", low.value, high.value, high.relation === "<" ? ")" : "]");
}

function interval(
  ...[open, from, to, close]: [string, Ratio | undefined, Ratio | undefined, string]
): string | undefined {
  const [low, high] = [from, to].map((value) => (value === undefined ? "" : decimalOf(value)));
  return low === undefined || high === undefined ? undefined : `${open}${low},${high}${close}`;
}

function below(a: Ratio, b: Ratio): boolean {
  return a.num * b.den < b.num * a.den;
}
