// This file lists the contexts of a token that rules are learnt about.
import type { Context } from "@kolm/recipe";

/** Rough ones see far, exact ones (words, shapes) near; that several agree is what makes a rule sure. */
export const CONTEXTS: readonly Context[] = [
  [
    ["class", -2],
    ["class", -1],
    ["class", 0],
    ["class", 1],
    ["class", 2],
    ["gap", 0],
    ["gap", 1],
  ],
  [
    ["class", -1],
    ["class", 0],
    ["class", 1],
    ["gap", 0],
    ["gap", 1],
  ],
  [
    ["class", -2],
    ["class", -1],
    ["class", 0],
    ["gap", 0],
    ["gap", 1],
  ],
  [
    ["class", 0],
    ["class", 1],
    ["class", 2],
    ["class", 3],
    ["gap", 0],
    ["gap", 1],
  ],
  [
    ["class", -3],
    ["class", -2],
    ["class", -1],
    ["class", 0],
    ["gap", 0],
  ],
  [
    ["class", -1],
    ["class", 0],
    ["gap", 0],
  ],
  [
    ["class", 0],
    ["class", 1],
    ["gap", 1],
  ],
  [["word", 0]],
  [
    ["word", 0],
    ["class", -1],
    ["class", 1],
  ],
  [
    ["word", 0],
    ["word", -1],
  ],
  [
    ["word", 0],
    ["word", 1],
  ],
  [
    ["shape", -1],
    ["shape", 0],
    ["shape", 1],
    ["gap", 0],
    ["gap", 1],
  ],
  [
    ["class", -1],
    ["shape", 0],
    ["class", 1],
    ["gap", 0],
    ["gap", 1],
  ],
  [
    ["class", -2],
    ["class", -1],
    ["shape", 0],
    ["gap", 0],
  ],
  [
    ["shape", 0],
    ["class", 1],
    ["class", 2],
    ["gap", 1],
  ],
];
