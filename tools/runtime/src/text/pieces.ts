// This file finds where each token of a tokenizer stands in the normalised text it was cut from.

/** UTF-16 offsets, end exclusive. */
export type Range = readonly [start: number, end: number];

export type Cut = {
  readonly normal: string;
  readonly tokens: readonly string[];
  /** True for the token that stands for any unknown word. */
  readonly unknown: (token: string) => boolean;
  /** Written before a token that continues a word ("##"), or "". */
  readonly continuing: string;
  /** Words the text was first cut into, in order; used for the extent of an unknown word. */
  readonly words: readonly string[];
};

/** One range a token, never decreasing; a token with no text of its own gets an empty range. */
export function locatePieces({ normal, tokens, unknown, continuing, words }: Cut): Range[] {
  const text = normal.replaceAll(" ", "▁");
  const ends = wordEnds(normal, words);
  let cursor = 0;
  return tokens.map((token) => {
    const start = skipBlank(text, cursor);
    const range = literal(text, cursor, token) ?? literal(text, start, unprefixed(token, continuing));
    if (range) return advance(range);
    if (unknown(token)) return advance([start, ends.find((end) => end > start) ?? text.length]);
    const body = unprefixed(token, continuing);
    const found = body === "" ? -1 : text.indexOf(body, start);
    return advance(found < 0 ? [cursor, cursor] : [found, found + body.length]);
  });

  function advance(range: Range): Range {
    cursor = range[1];
    return range;
  }
}

function literal(text: string, at: number, token: string): Range | undefined {
  return token !== "" && text.startsWith(token, at) ? [at, at + token.length] : undefined;
}

/** "▁word" at the start of a text has no blank before it; "##ing" continues a word. */
function unprefixed(token: string, continuing: string): string {
  if (token.startsWith("▁")) return token.slice(1);
  return continuing !== "" && token.startsWith(continuing) ? token.slice(continuing.length) : token;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && (text[at] === "▁" || /\s/u.test(text[at] ?? ""))) at++;
  return at;
}

function wordEnds(normal: string, words: readonly string[]): number[] {
  let cursor = 0;
  return words.flatMap((word) => {
    const at = normal.indexOf(word, cursor);
    if (at < 0) return [];
    cursor = at + word.length;
    return [cursor];
  });
}

/** The same for byte-level tokens, whose letters stand for one byte each. */
export function locateBytes(normal: string, tokens: readonly string[]): Range[] {
  const places = bytePlaces(normal);
  const total = tokens.reduce((sum, token) => sum + token.length, 0);
  // A blank the tokenizer put in front is the one byte too many.
  let cursor = Math.min(0, places.length - 1 - total);
  return tokens.map((token) => {
    const from = Math.max(0, cursor);
    cursor += token.length;
    const last = Math.max(from, Math.min(cursor, places.length - 1));
    return [
      places[from]?.[0] ?? normal.length,
      last === from ? (places[from]?.[0] ?? normal.length) : (places[last - 1]?.[1] ?? normal.length),
    ];
  });
}

/** For each UTF-8 byte the code point it belongs to; one more entry for the end. */
function bytePlaces(text: string): Range[] {
  const places: Range[] = [];
  let at = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let byte = 0; byte < bytes; byte++) places.push([at, at + letter.length]);
    at += letter.length;
  }
  places.push([at, at]);
  return places;
}
