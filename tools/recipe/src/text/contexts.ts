// This file names what stands around each token of a text, as keys that rules are looked up by (SPEC.md §10).
import { shapeOf, type Token, wordOf } from "./tokens.ts";

export const TOKEN_FEATURES = ["word", "class", "shape", "gap"] as const;
type TokenFeature = (typeof TOKEN_FEATURES)[number];
/** A feature of the token so many tokens on; the gap is the one before that token. */
type ContextPart = readonly [feature: TokenFeature, offset: number];
export type Context = readonly ContextPart[];

/** What stands for the features of a token beyond the ends of the text; its gap is "^". */
const BEYOND = "";

type Described = Readonly<Record<TokenFeature, string>>;

/** A text as tokens with their features; the class of a word is the lexicon's, else its rough shape. */
export function describeTokens(
  text: string,
  tokens: readonly Token[],
  lexicon: ReadonlyMap<string, string>,
): readonly Described[] {
  return tokens.map((token) => {
    const word = wordOf(text, token);
    return {
      word,
      class: lexicon.get(word) ?? shapeOf(text, token, true),
      shape: shapeOf(text, token, false),
      gap: token.gap,
    };
  });
}

/** The key of one context of one token: "2|a|b|c" for the third context and the values of its parts. */
export function contextKey(
  described: readonly Described[],
  at: number,
  { context, index }: { readonly context: Context; readonly index: number },
): string {
  let key = String(index);
  for (const [feature, offset] of context) {
    const value = described[at + offset]?.[feature] ?? (feature === "gap" ? "^" : BEYOND);
    key += `|${value}`;
  }
  return key;
}
