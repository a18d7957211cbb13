// This file is the table of values that recipes read and write: each kind's grammar and canonical text (SPEC.md §8).
import { age } from "./amount/age.ts";
import { currency } from "./amount/currency.ts";
import { unit } from "./amount/unit.ts";
import { date } from "./date/date.ts";
import { duration } from "./date/duration.ts";
import { moment } from "./clock/moment.ts";
import { time } from "./clock/time.ts";
import { ordinal } from "./number/cardinal.ts";
import { number, percent } from "./number/number.ts";
import { range } from "./number/range.ts";
import { period } from "./period/period.ts";
import { repeat } from "./period/repeat.ts";
import { phone } from "./phone/phone.ts";
import { decimalOf, type Ratio } from "./ratio.ts";
import type { Settings } from "./settings.ts";
import { type Match, type Token, type Tokens, tokensOf } from "./token.ts";

export const VALUE_KINDS = [
  "number",
  "ordinal",
  "percent",
  "date",
  "time",
  "datetime",
  "duration",
  "phone",
  "currency",
  "unit",
  "age",
  "range",
  "period",
  "repeat",
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** A value found in a text: UTF-16 offsets, and its canonical text, undefined where it can be read in several ways. */
export type Spotted = { readonly start: number; readonly end: number; readonly value: string | undefined };

/** Units of text that hold one value at most; a longer text is none. */
export const LONGEST_VALUE = 256;

type Grammar = (tokens: Tokens, at: number, settings: Settings) => Match<string> | undefined;

const GRAMMARS: Readonly<Record<ValueKind, Grammar>> = {
  number: (tokens, at, settings) => written(number(tokens, at, settings), ""),
  ordinal: (tokens, at) => {
    const found = ordinal(tokens, at);
    return found === undefined ? undefined : { end: found.end, value: found.value?.toString() };
  },
  percent: (tokens, at, settings) => written(percent(tokens, at, settings), "%"),
  date,
  time,
  datetime: moment,
  duration,
  phone,
  currency,
  unit,
  age,
  range,
  period,
  repeat,
};

/** The canonical text of the value that a whole text is; undefined when it is none or can be read in several ways. */
export function parseValue(text: string, kind: ValueKind, settings: Settings = {}): string | undefined {
  if (text.length > LONGEST_VALUE) return undefined;
  const tokens = tokensOf(text);
  const found = tokens.length === 0 ? undefined : GRAMMARS[kind](tokens, 0, settings);
  return found?.end === tokens.length ? found.value : undefined;
}

/** Every value of a kind in a text, from left to right, none inside a longer word, number or other value. */
export function spotValues(text: string, kind: ValueKind, settings: Settings = {}): readonly Spotted[] {
  const tokens = tokensOf(text);
  const spotted: Spotted[] = [];
  for (let at = 0; at < tokens.length;) {
    const found = startsValue(tokens, at) ? GRAMMARS[kind](tokens, at, settings) : undefined;
    const first = tokens[at];
    const last = tokens[(found?.end ?? 0) - 1];
    if (found === undefined || first === undefined || last === undefined || !mayStand(tokens, at, found.end)) {
      at += 1;
      continue;
    }
    spotted.push({ start: first.start, end: last.end, value: found.value });
    at = found.end;
  }
  return spotted;
}

function written(found: Match<Ratio> | undefined, sign: string): Match<string> | undefined {
  if (found?.value === undefined) return found === undefined ? undefined : { end: found.end, value: undefined };
  const decimal = decimalOf(found.value);
  return { end: found.end, value: decimal === undefined ? undefined : decimal + sign };
}

const JOINERS: readonly string[] = [".", ",", "/", ":", "-", "'"];

function startsValue(tokens: Tokens, at: number): boolean {
  const token = tokens[at];
  const before = tokens[at - 1];
  if (token === undefined || before === undefined || token.gap) return token !== undefined;
  if (isText(before)) return token.text === "(";
  if (["_", "@", "#"].includes(before.text)) return false;
  const inner = before.gap ? undefined : tokens[at - 2];
  if (!JOINERS.includes(before.text) || !isText(inner)) return true;
  return inner?.kind === "word" && [":", ",", "'"].includes(before.text);
}

// A value ends where its last word or number ends, and "one" alone is more often no number.
function mayStand(tokens: Tokens, at: number, end: number): boolean {
  const only = tokens[at];
  if (
    end === at + 1 &&
    only?.kind === "word" &&
    (only.text === "one" || only.text === "second" || only.text === "half")
  )
    return false;
  const last = tokens[end - 1];
  const next = tokens[end];
  if (next === undefined || next.gap) return true;
  if (isText(next)) return last?.text === ")";
  if (["_", "@"].includes(next.text)) return false;
  const after = tokens[end + 1];
  return !(JOINERS.includes(next.text) && after?.gap === false && after.kind === "digits");
}

function isText(token: Token | undefined): boolean {
  return token?.kind === "word" || token?.kind === "digits";
}
