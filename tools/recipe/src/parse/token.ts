// This file splits a text into words, runs of digits and single marks for the value grammars (SPEC.md §8.1).

/** A piece of a text: offsets in UTF-16 units; words have A-Z lower-cased; gap says white space stands before it. */
export type Token = {
  readonly kind: "word" | "digits" | "mark";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly gap: boolean;
};

export type Tokens = readonly Token[];

/** What a grammar found from a token on: the token after it, and the value; undefined when it can be read in several ways. */
export type Match<V> = { readonly end: number; readonly value: V | undefined };

const WHITE = /\s/;

/** The tokens of a text, in order; white space only separates. */
export function tokensOf(text: string): Tokens {
  const tokens: Token[] = [];
  let gap = false;
  for (let start = 0; start < text.length;) {
    const kind = kindAt(text, start);
    let end = start + 1;
    if (kind === "white") gap = true;
    else {
      while (kind !== "mark" && end < text.length && kindAt(text, end) === kind) end++;
      tokens.push({
        kind,
        text: kind === "word" ? lowerAscii(text.slice(start, end)) : text.slice(start, end),
        start,
        end,
        gap,
      });
      gap = false;
    }
    start = end;
  }
  return tokens;
}

/** Whether the token is this word or mark. */
export function stands(tokens: Tokens, at: number, text: string): boolean {
  return tokens[at]?.text === text;
}

/** The token when it follows its neighbour without white space. */
export function joined(tokens: Tokens, at: number): Token | undefined {
  const token = tokens[at];
  return token?.gap === false ? token : undefined;
}

/** The token after an optional one. */
export function skip(tokens: Tokens, at: number, ...optional: readonly string[]): number {
  return optional.includes(tokens[at]?.text ?? "") ? at + 1 : at;
}

/** The number a run of at most `most` digits stands for. */
export function digitsAt(tokens: Tokens, at: number, most: number): number | undefined {
  const token = tokens[at];
  return token?.kind === "digits" && token.text.length <= most ? Number(token.text) : undefined;
}

function kindAt(text: string, at: number): Token["kind"] | "white" {
  const unit = text.charCodeAt(at);
  if (unit >= 0x30 && unit <= 0x39) return "digits";
  if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)) return "word";
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) ? "white" : "mark";
  if (unit >= 0xc0 && unit <= 0x1fff && unit !== 0xd7 && unit !== 0xf7 && unit !== 0x1680) return "word";
  if (unit >= 0x3040 && unit <= 0xd7ff) return "word";
  return WHITE.test(text.charAt(at)) ? "white" : "mark";
}

const CAPITAL = /[A-Z]/;
const BEYOND_ASCII = /[^\u0020-\u007e]/;

function lowerAscii(text: string): string {
  if (!CAPITAL.test(text)) return text;
  return BEYOND_ASCII.test(text) ? text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : text.toLowerCase();
}
