// This file remembers what a grammar found from each token of a text, so that grammars built from others stay linear in the text.
import type { Settings } from "./settings.ts";
import type { Match, Tokens } from "./token.ts";

export type Grammar<V> = (tokens: Tokens, at: number, settings: Settings) => Match<V> | undefined;

/** By token; null where nothing was found, undefined where nothing was asked. */
type Known<V> = { readonly settings: Settings; readonly found: (Match<V> | null | undefined)[] };

/** The same grammar, asked once for each token of a text while the settings stay the same object. */
export function remembered<V>(grammar: Grammar<V>): Grammar<V> {
  const texts = new WeakMap<Tokens, Known<V>>();
  return (tokens, at, settings) => {
    let known = texts.get(tokens);
    if (known?.settings !== settings) {
      known = { settings, found: [] };
      texts.set(tokens, known);
    }
    const before = known.found[at];
    if (before !== undefined) return before ?? undefined;
    const found = grammar(tokens, at, settings);
    known.found[at] = found ?? null;
    return found;
  };
}
