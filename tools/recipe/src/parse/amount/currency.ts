// This file reads amounts of money (SPEC.md §8.8).
import { number } from "../number/number.ts";
import { decimalOf, negative, type Ratio } from "../ratio.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { codeOf, CURRENCY_NAMES, SHARED, SIGNS } from "./currencies.ts";

/** Letters that may stand apart from their dollar sign. */
const APART: readonly string[] = ["us", "c", "nz", "hk"];

/** "$48.2 million" → "48200000 USD" where the region is the US; a sign that countries share has no value without one. */
export function currency(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const minus = (stands(tokens, at, "-") || stands(tokens, at, "\u2212")) && joined(tokens, at + 1) !== undefined;
  return signFirst(tokens, minus ? at + 1 : at, { settings, minus }) ?? amountFirst(tokens, at, settings);
}

type Way = { readonly settings: Settings; readonly minus: boolean };

// "$12.50", "EUR 12", "c $ 300 million".
function signFirst(tokens: Tokens, at: number, { settings, minus }: Way): Match<string> | undefined {
  const sign = signAt(tokens, at, settings) ?? codeAt(tokens, at);
  if (sign === undefined) return undefined;
  const amount = number(tokens, sign.end, settings);
  if (amount === undefined || (minus && amount.value !== undefined && amount.value.num < 0n)) return undefined;
  const other = signAt(tokens, amount.end, settings);
  // "$ 30 $" may be either's amount.
  if (other !== undefined && number(tokens, other.end, settings) === undefined)
    return { end: other.end, value: undefined };
  const value = amount.value !== undefined && minus ? negative(amount.value) : amount.value;
  return { end: amount.end, value: write(value, sign.value) };
}

// "12 euros", "12 EUR", "420 million finnish markka", "12 $".
function amountFirst(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const amount = number(tokens, at, settings);
  if (amount === undefined) return undefined;
  const unit = skip(tokens, amount.end, "-");
  const sign =
    nameAt(tokens, unit) ??
    signAt(tokens, unit, settings) ??
    codeAt(tokens, unit) ??
    sharedName(tokens, unit, settings);
  if (sign === undefined) return undefined;
  // "15 dollars 50" and "15 dollars and 50 cents" go on.
  const more = tokens[sign.end]?.gap === true ? number(tokens, skip(tokens, sign.end, "and")) : undefined;
  if (more !== undefined) return { end: more.end, value: undefined };
  return { end: sign.end, value: write(amount.value, sign.value) };
}

function signAt(tokens: Tokens, at: number, { region }: Settings): Match<string> | undefined {
  const first = tokens[at];
  if (first === undefined) return undefined;
  const second = tokens[at + 1];
  const apart = second?.gap === true && !APART.includes(first.text);
  const pair = second === undefined || apart ? undefined : SIGNS.get(first.text + second.text);
  if (pair !== undefined) return { end: at + 2, value: pair };
  const own = SIGNS.get(first.text);
  if (own !== undefined) return { end: at + 1, value: own };
  const shared = first.kind === "mark" ? SHARED.get(first.text) : undefined;
  return shared === undefined ? undefined : { end: at + 1, value: region === undefined ? undefined : shared[region] };
}

function codeAt(tokens: Tokens, at: number): Match<string> | undefined {
  const code = codeOf(tokens[at]?.text ?? "");
  return code === undefined ? undefined : { end: stands(tokens, at + 1, "$") ? at + 2 : at + 1, value: code };
}

// The longest name of at most five words.
function nameAt(tokens: Tokens, at: number): Match<string> | undefined {
  for (let count = 5; count > 0; count--) {
    const words = tokens.slice(at, at + count).map(({ text }) => text);
    const code = words.length === count ? CURRENCY_NAMES.get(words.join(" ")) : undefined;
    if (code !== undefined) return { end: at + count, value: code };
  }
  return undefined;
}

function sharedName(tokens: Tokens, at: number, { region }: Settings): Match<string> | undefined {
  const token = tokens[at];
  const shared = token?.kind === "word" ? SHARED.get(token.text) : undefined;
  return shared === undefined ? undefined : { end: at + 1, value: region === undefined ? undefined : shared[region] };
}

function write(amount: Ratio | undefined, code: string | undefined): string | undefined {
  const decimal = amount === undefined ? undefined : decimalOf(amount);
  return decimal === undefined || code === undefined ? undefined : `${decimal} ${code}`;
}
