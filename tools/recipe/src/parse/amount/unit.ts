// This file reads and converts measures: a number and its unit (SPEC.md §8.9).
import { number } from "../number/number.ts";
import { decimalOf, negative, plus, type Ratio, ratio, ratioOf, times } from "../ratio.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, stands, type Token, type Tokens } from "../token.ts";
import { BY_NAME, BY_SYMBOL, type Unit } from "./units.ts";

const DEGREES: readonly string[] = ["°", "degrees", "degree", "deg"];

/** "10 1/2 miles" → "10.5 mi". */
export function unit(tokens: Tokens, at: number, settings: Settings): Match<string> | undefined {
  const amount = number(tokens, at, settings);
  if (amount === undefined) return undefined;
  const found = unitAt(tokens, skip(tokens, amount.end, "-"));
  if (found === undefined) return undefined;
  const decimal = amount.value === undefined ? undefined : decimalOf(amount.value);
  const longer = restOf(tokens, found.end, settings);
  if (longer !== undefined) return { end: longer, value: undefined };
  const symbol = found.value?.symbol;
  return { end: found.end, value: decimal === undefined || symbol === undefined ? undefined : `${decimal} ${symbol}` };
}

/** A canonical measure in another unit of its dimension; undefined where there is no exact or rounded decimal. */
export function converted(measure: string, symbol: string): Ratio | undefined {
  const [decimal = "", ...rest] = measure.split(" ");
  const from = BY_SYMBOL.get(rest.join(" "));
  const to = BY_SYMBOL.get(symbol);
  const size = ratioOf(decimal);
  if (from === undefined || to === undefined || size === undefined || from.dimension !== to.dimension) return undefined;
  const base = plus(times(size, from.size), from.zero);
  return times(plus(base, negative(to.zero)), ratio(to.size.den, to.size.num));
}

// "5 feet 2 inches", "50 km per day", "3 m/min": where a measure that goes on ends.
function restOf(tokens: Tokens, at: number, settings: Settings): number | undefined {
  if (stands(tokens, at, "per") || joined(tokens, at)?.text === "/") return at + 1;
  const next = tokens[at]?.gap === true ? number(tokens, at, settings) : undefined;
  return next === undefined ? undefined : unitAt(tokens, skip(tokens, next.end, "-"))?.end;
}

function unitAt(tokens: Tokens, at: number): Match<Unit> | undefined {
  const first = tokens[at]?.text ?? "";
  if (DEGREES.includes(first)) return degrees(tokens, at + 1);
  if (first === "c" || first === "f" || (first === "in" && isPreposition(tokens[at + 1]))) return undefined;
  const second = joined(tokens, at + 1)?.text;
  const compound = compoundAt(tokens, at);
  if (compound !== undefined) return compound;
  const square = first === "square" || first === "sq" ? BY_NAME.get(tokens[at + 1]?.text ?? "") : undefined;
  const two = square === undefined ? powerOf(first, second) : BY_SYMBOL.get(`${square.symbol}2`);
  if (two !== undefined) return { end: at + 2, value: two };
  const found = BY_NAME.get(first);
  return found === undefined ? undefined : { end: at + 1, value: found };
}

// "km/h", "metric tons", "miles per hour".
function compoundAt(tokens: Tokens, at: number): Match<Unit> | undefined {
  const [first = "", second = "", third = ""] = tokens.slice(at, at + 3).map(({ text }) => text);
  const slash = second === "/" && joined(tokens, at + 1) !== undefined && joined(tokens, at + 2) !== undefined;
  const rate = slash
    ? BY_NAME.get(`${first}/${third}`)
    : second === "per"
      ? BY_NAME.get(`${first}-per-${third}`)
      : undefined;
  if (rate !== undefined) return { end: at + 3, value: rate };
  const pair = BY_NAME.get(`${first}-${second}`);
  return pair === undefined ? undefined : { end: at + 2, value: pair };
}

// "2 in April".
function isPreposition(next: Token | undefined): boolean {
  return next?.gap === true && next.kind !== "mark";
}

// "m2", "m3".
function powerOf(first: string, second: string | undefined): Unit | undefined {
  return second === "2" || second === "3" ? BY_NAME.get(first + second) : undefined;
}

// "degrees Celsius", "°F"; degrees alone may be an angle.
function degrees(tokens: Tokens, at: number): Match<Unit> | undefined {
  const found = BY_NAME.get(tokens[at]?.text ?? "");
  if (found?.dimension === "temperature") return { end: at + 1, value: found };
  return stands(tokens, at, "k") ? { end: at + 1, value: BY_SYMBOL.get("K") } : { end: at, value: undefined };
}
