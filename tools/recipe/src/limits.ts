// This file lists every bound of the recipe language; SPEC.md §6 gives the same numbers.

/** Bounds checked when a pack is loaded (a larger pack is refused) and while it runs (a larger evaluation abstains). */
export const LIMITS = {
  packBytes: 4 * 1024 * 1024,
  recipes: 1024,
  nodes: 256,
  operands: 256,
  phrases: 4096,
  phraseWords: 8,
  tableEntries: 65_536,
  /** UTF-16 units of one literal. */
  literal: 4096,
  /** UTF-8 bytes of one pattern. */
  patternBytes: 512,
  patternDepth: 32,
  patternRepeat: 1000,
  patternWeight: 1024,
  packWeight: 65_536,
  /** UTF-16 units of an input; a longer one is not looked at. */
  input: 65_536,
  matches: 64,
  /** Pieces, runs and places are counted up to this many from either end. */
  nth: 1024,
  /** Tokens of an input, contexts of a tagging, parts of a context, tokens that a part may look away. */
  tokens: 1024,
  contexts: 16,
  contextParts: 12,
  reach: 4,
  /** UTF-16 units around a span that context tests may read. */
  context: 64,
  /** Work units in one step. */
  stepWork: 64,
  recipeSteps: 32_768,
  packSteps: 131_072,
  /** UTF-16 units one recipe may produce. */
  output: 131_072,
} as const;
