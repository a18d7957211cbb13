// This file parses the pattern language, a closed subset of RE2 (SPEC.md §5), into a tree that can be weighed.
import { LIMITS } from "../limits.ts";
import { charSet, type CharSet, complement, DIGITS, NOT_NEWLINE, SPACE, union, WORD } from "./charset.ts";

/** What a pattern matches: one character, nothing (an assertion), or a combination. */
export type Shape =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "assertion" }
  | { readonly kind: "sequence"; readonly parts: readonly Shape[] }
  | { readonly kind: "choice"; readonly options: readonly Shape[] }
  | { readonly kind: "repeat"; readonly of: Shape; readonly min: number; readonly max: number };

export type Parsed = { readonly shape: Shape; readonly groups: number };

type Reader = { readonly chars: readonly string[]; at: number; groups: number };

/** Why a pattern is refused, and the character index where. */
export class PatternError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads a whole pattern; throws PatternError on anything outside the subset. */
export function parsePattern(source: string): Parsed {
  const reader: Reader = { chars: Array.from(source), at: 0, groups: 0 };
  const shape = readChoice(reader, 0);
  if (reader.at < reader.chars.length) fail(reader, "unexpected )");
  return { shape, groups: reader.groups };
}

function readChoice(reader: Reader, depth: number): Shape {
  if (depth > LIMITS.patternDepth) fail(reader, "groups are nested too deep");
  const options = [readSequence(reader, depth)];
  while (reader.chars[reader.at] === "|") {
    reader.at++;
    options.push(readSequence(reader, depth));
  }
  return options.length === 1 && options[0] !== undefined ? options[0] : { kind: "choice", options };
}

function readSequence(reader: Reader, depth: number): Shape {
  const parts: Shape[] = [];
  for (;;) {
    const char = reader.chars[reader.at];
    if (char === undefined || char === "|" || char === ")") return { kind: "sequence", parts };
    parts.push(readRepeat(reader, readAtom(reader, depth)));
  }
}

function readRepeat(reader: Reader, of: Shape): Shape {
  const bounds = readBounds(reader);
  if (bounds === undefined) return of;
  if (of.kind === "assertion") fail(reader, "an assertion cannot be repeated");
  if (reader.chars[reader.at] === "?") reader.at++;
  if ("*+?{".includes(reader.chars[reader.at] ?? " ")) fail(reader, "a repeat cannot be repeated; use a group");
  return { kind: "repeat", of, ...bounds };
}

function readBounds(reader: Reader): { min: number; max: number } | undefined {
  const char = reader.chars[reader.at];
  if (char === "?" || char === "*" || char === "+") {
    reader.at++;
    return { min: char === "+" ? 1 : 0, max: char === "?" ? 1 : Infinity };
  }
  if (char !== "{") return undefined;
  const close = reader.chars.indexOf("}", reader.at);
  const text = reader.chars.slice(reader.at + 1, Math.max(close, reader.at)).join("");
  const found = /^(\d{1,4})(,(\d{0,4}))?$/.exec(text);
  if (close < 0 || found === null) fail(reader, "{ opens a repeat {n}, {n,} or {n,m}; write \\{ for the character");
  const min = Number(found[1]);
  const max = found[2] === undefined ? min : found[3] === "" ? Infinity : Number(found[3]);
  const largest = max === Infinity ? min : max;
  if (max < min || largest > LIMITS.patternRepeat) fail(reader, `a repeat is at most ${LIMITS.patternRepeat}`);
  reader.at = close + 1;
  return { min, max };
}

function readAtom(reader: Reader, depth: number): Shape {
  const char = reader.chars[reader.at] ?? "";
  if ("*+?{".includes(char)) fail(reader, `nothing to repeat before ${char}`);
  reader.at++;
  if (char === "(") return readGroup(reader, depth);
  if (char === "[") return { kind: "set", set: readClass(reader) };
  if (char === "^" || char === "$") return { kind: "assertion" };
  if (char === ".") return { kind: "set", set: NOT_NEWLINE };
  if (char === "]" || char === "}") fail(reader, `write \\${char} for the character ${char}`);
  if (char !== "\\") return { kind: "set", set: single(char) };
  const next = reader.chars[reader.at];
  if (next === "b" || next === "B") {
    reader.at++;
    return { kind: "assertion" };
  }
  return { kind: "set", set: readEscape(reader) };
}

function readGroup(reader: Reader, depth: number): Shape {
  if (reader.chars[reader.at] === "?") {
    if (reader.chars[reader.at + 1] !== ":")
      fail(reader, "only ( ) and (?: ) groups are allowed, no look-around, names or flags");
    reader.at += 2;
  } else {
    reader.groups++;
  }
  const inner = readChoice(reader, depth + 1);
  if (reader.chars[reader.at] !== ")") fail(reader, "a group is not closed");
  reader.at++;
  // A group stays one node even when empty, so that repeats see it.
  return inner.kind === "set" ? { kind: "sequence", parts: [inner] } : inner;
}

function readClass(reader: Reader): CharSet {
  const negated = reader.chars[reader.at] === "^";
  if (negated) reader.at++;
  const sets: CharSet[] = [];
  while (reader.chars[reader.at] !== "]") {
    if (reader.at >= reader.chars.length) fail(reader, "a class is not closed");
    sets.push(readMember(reader));
  }
  if (sets.length === 0) fail(reader, "a class is empty");
  reader.at++;
  return negated ? complement({ ...union(sets), other: false }) : union(sets);
}

function readMember(reader: Reader): CharSet {
  const escaped = reader.chars[reader.at] === "\\";
  if (reader.chars[reader.at] === "[") fail(reader, "write \\[ for the character [ in a class");
  if (escaped && /[dDwWsS]/.test(reader.chars[reader.at + 1] ?? "")) {
    reader.at++;
    return readEscape(reader);
  }
  const low = readCode(reader);
  if (reader.chars[reader.at] !== "-" || reader.chars[reader.at + 1] === "]") return charSet([[low, low]]);
  reader.at++;
  const high = readCode(reader);
  if (high < low) fail(reader, "a range runs backwards");
  return charSet([[low, high]]);
}

function readCode(reader: Reader): number {
  const char = reader.chars[reader.at] ?? fail(reader, "a class is not closed");
  reader.at++;
  if (char !== "\\") return char.codePointAt(0) ?? 0;
  const next = reader.chars[reader.at] ?? fail(reader, "nothing after \\");
  reader.at++;
  return escapedCode(next) ?? fail(reader, `\\${next} is not allowed in a class`);
}

function readEscape(reader: Reader): CharSet {
  const char = reader.chars[reader.at] ?? fail(reader, "nothing after \\");
  reader.at++;
  const named = { d: DIGITS, w: WORD, s: SPACE }[char.toLowerCase()];
  if (named !== undefined) return char === char.toLowerCase() ? named : complement(named);
  const code = escapedCode(char) ?? fail(reader, `\\${char} is not part of the pattern language`);
  return charSet([[code, code]]);
}

function escapedCode(char: string): number | undefined {
  if (char === "n") return 10;
  if (char === "r") return 13;
  if (char === "t") return 9;
  return /^[!-/:-@[-`{-~]$/.test(char) ? char.charCodeAt(0) : undefined;
}

function single(char: string): CharSet {
  const code = char.codePointAt(0) ?? 0;
  return charSet([[code, code]]);
}

function fail(reader: Reader, message: string): never {
  throw new PatternError(message, reader.at);
}
