// This file turns a text into the words that keyword search compares.
import { stemmer } from "stemmer";

export type Language = "en" | "none";

/** Words in order: NFKC, lower case, runs of letters and digits; in English without stop words, stemmed (Porter 1980). */
export function analyse(text: string, language: Language): string[] {
  const words = text.normalize("NFKC").toLowerCase().match(WORD) ?? [];
  if (language === "none") return words;
  return words.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

const stems = new Map<string, string>();
/** Beyond this many words the stems are forgotten, so that a long run does not grow for ever. */
const MOST_STEMS = 200_000;

function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= MOST_STEMS) stems.clear();
  const found = /^[a-z]{3,40}$/.test(word) ? stemmer(word) : word;
  stems.set(word, found);
  return found;
}

/** Lucene's list for English. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this " +
    "to was will with"
  ).split(" "),
);
