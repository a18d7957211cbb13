// This file describes the words of an address by what train rows say of them and by their shape.

/** A labelled row: the words of an address and the component each belongs to. */
export type Tagged = { readonly words: readonly string[]; readonly tags: readonly string[] };

/** Word without marks, in lower case → the one component it nearly always is. */
export type Lexicon = ReadonlyMap<string, string>;

const LEAST = 4;
const PURE = 0.85;

/** Words seen often enough in nearly one component alone. */
export function lexiconOf(rows: readonly Tagged[]): Lexicon {
  const counts = new Map<string, Map<string, number>>();
  for (const { words, tags } of rows) {
    words.forEach((word, index) => {
      const tally = counts.get(plain(word)) ?? new Map<string, number>();
      counts.set(plain(word), tally);
      tally.set(tags[index] ?? "", (tally.get(tags[index] ?? "") ?? 0) + 1);
    });
  }
  return new Map(
    [...counts].flatMap(([word, tally]): [string, string][] => {
      const all = [...tally.values()].reduce((sum, count) => sum + count, 0);
      const [tag, most] = [...tally].reduce((best, one) => (one[1] > best[1] ? one : best), ["", 0]);
      return /[a-z]/.test(word) && all >= LEAST && most / all >= PURE ? [[word, tag]] : [];
    }),
  );
}

/** What is known of a word without its neighbours: its lexicon entry, else its shape. */
export function classOf(word: string | undefined, lexicon: Lexicon): string {
  if (word === undefined) return "none";
  return lexicon.get(plain(word)) ?? shapeOf(word);
}

export function endsPart(word: string | undefined): string {
  return word === undefined ? "none" : /[,;]$/.test(word) ? "," : "";
}

export function plain(word: string): string {
  return word.toLowerCase().replaceAll(/^[^a-z0-9#&]+|[^a-z0-9#&]+$/g, "");
}

function shapeOf(word: string): string {
  const text = plain(word);
  if (/^[0-9]+$/.test(text)) return text.length === 5 ? "5 digits" : text.length > 5 ? "digits" : "number";
  if (/^[0-9]{5}-[0-9]{4}$/.test(text)) return "zip+4";
  if (/^[0-9]+(?:st|nd|rd|th)$/.test(text)) return "ordinal";
  if (/^[0-9]+-[0-9]+$/.test(text)) return "range";
  if (text.startsWith("#")) return text === "#" ? "#" : "#x";
  if (/[0-9]/.test(text)) return "mixed";
  if (text.length === 1) return "letter";
  if (text === "") return "mark";
  return text.length === 2 && /^[A-Z]{2}/.test(word) ? "two capitals" : "word";
}
