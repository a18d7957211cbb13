// This file cuts a text into tokens with the gaps between them, and describes a token by its word and its shape (SPEC.md §10).
import { isOfKind } from "./runs.ts";

/** A token, UTF-16 offsets, end exclusive; `gap` is the first parting unit before it, "" for blanks alone, "^" at the start. */
export type Token = { readonly start: number; readonly end: number; readonly gap: string };

/** Units of a token that its word and its shape are made from. */
const LONGEST = 64;

/** The longest runs of units that are neither blank nor among `apart`; undefined when there are more than `most`. */
export function tokensOf(text: string, apart: string, most: number): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let gap = "^";
  for (let at = 0; at < text.length;) {
    if (parts(text, at, apart)) {
      if (gap === "" && apart.includes(text.charAt(at))) gap = text.charAt(at);
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && !parts(text, at, apart)) at++;
    if (tokens.length === most) return undefined;
    tokens.push({ start, end: at, gap });
    gap = "";
  }
  return tokens;
}

function parts(text: string, at: number, apart: string): boolean {
  return isOfKind(text.charCodeAt(at), "blank") || apart.includes(text.charAt(at));
}

/** The token in lower case without the marks at its ends; of marks alone, itself. */
export function wordOf(text: string, { start, end }: Token): string {
  let [from, to] = [start, Math.min(end, start + LONGEST)];
  while (from < to && isOfKind(text.charCodeAt(from), "marks")) from++;
  while (to > from && isOfKind(text.charCodeAt(to - 1), "marks")) to--;
  return (from === to ? text.slice(start, Math.min(end, start + LONGEST)) : text.slice(from, to)).toLowerCase();
}

/**
 * How a token looks without the marks at its end: 9 digit, A upper, a lower, x other letter, long runs of one ending in "+".
 * Roughly: any digits 9, a letter or two as they are but in lower case, any letters beyond that "a+".
 */
export function shapeOf(text: string, { start, end }: Token, rough: boolean): string {
  let to = Math.min(end, start + LONGEST);
  while (to > start + 1 && isOfKind(text.charCodeAt(to - 1), "marks")) to--;
  let shape = "";
  for (let at = start; at < to;) {
    const kind = kindAt(text, at, rough);
    let next = at + 1;
    while (next < to && kind !== "" && kindAt(text, next, rough) === kind) next++;
    shape += kind === "" ? text.charAt(at) : runShape(kind, next - at, rough);
    at = next;
  }
  return shape;
}

/** Units of a run that a shape tells apart. */
const TOLD = { "9": 5, A: 2, a: 2, x: 2 } as const;
type Kind = keyof typeof TOLD;

function kindAt(text: string, at: number, rough: boolean): Kind | "" {
  const unit = text.charCodeAt(at);
  if (isOfKind(unit, "digits")) return "9";
  if (!isOfKind(unit, "letters")) return "";
  if (rough || isOfKind(unit, "lower")) return "a";
  return isOfKind(unit, "upper") ? "A" : "x";
}

function runShape(kind: Kind, length: number, rough: boolean): string {
  if (rough && kind === "9") return kind;
  return length <= TOLD[kind] ? kind.repeat(length) : `${kind}+`;
}
