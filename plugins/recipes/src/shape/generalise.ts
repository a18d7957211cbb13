// This file generalises example texts into patterns, finest first: same cut, same skeleton, one pivot, one word.
import { choice, classLike, escape, times } from "./pattern-text.ts";
import { type Cut, cutRuns, type TextRun } from "./runs.ts";

/** A generalisation and how many of the example texts it was made from. */
export type Core = { readonly pattern: string; readonly support: number };

const MOST_CORES = 48;
const MOST_LITERALS = 12;
/** Digits not seen first in this many examples are taken never to come first: 0.9^n falls below one in a hundred. */
const ENOUGH_FOR_FIRST_DIGIT = 44;

/** Patterns for texts of one kind, each from at least `least` of them; different patterns only, most supported first. */
export function generalise(texts: readonly string[], least: number): readonly Core[] {
  const cut = texts.map((text) => ({ text, cut: cutRuns(text) })).filter(({ cut: { runs } }) => runs.length > 0);
  const groups: { key: string; cuts: Cut[] }[] = [];
  for (const keyOf of [fineKey, skeletonKey])
    groups.push(
      ...groupBy(
        cut.map((entry) => entry.cut),
        keyOf,
      ),
    );
  const cores = groups
    .filter(({ cuts }) => cuts.length >= least)
    .map(({ cuts }) => ({ pattern: patternOf(cuts), support: cuts.length }));
  const bare = texts.filter((text) => /^\S+$/.test(text));
  cores.push(
    ...pivotCores(bare, least),
    ...mixedCores(
      cut.filter(({ cut: { runs } }) => runs.length > 2).map(({ text }) => text),
      least,
    ),
  );
  const different = new Map<string, Core>();
  for (const core of cores) {
    const known = different.get(core.pattern);
    if (known === undefined || known.support < core.support) different.set(core.pattern, core);
  }
  return [...different.values()]
    .sort((a, b) => b.support - a.support || (a.pattern < b.pattern ? -1 : 1))
    .slice(0, MOST_CORES);
}

function fineKey({ runs, gaps }: Cut): string {
  return JSON.stringify([gaps, runs.map((run) => (run.kind === "digits" ? run.text.length : caseOf(run.text)))]);
}

function skeletonKey({ runs, gaps }: Cut): string {
  return JSON.stringify([runs.map((run) => run.kind), gaps[0] === "", gaps.at(-1) === ""]);
}

function groupBy(cuts: readonly Cut[], keyOf: (cut: Cut) => string): { key: string; cuts: Cut[] }[] {
  const groups = new Map<string, Cut[]>();
  for (const cut of cuts) {
    const key = keyOf(cut);
    groups.set(key, [...(groups.get(key) ?? []), cut]);
  }
  return [...groups].map(([key, members]) => ({ key, cuts: members }));
}

/** The pattern of cuts with the same kinds of runs. */
function patternOf(cuts: readonly Cut[]): string {
  const width = cuts[0]?.runs.length ?? 0;
  let pattern = gapPattern(cuts.map((cut) => cut.gaps[0] ?? ""));
  for (let at = 0; at < width; at++) {
    const runs = cuts.flatMap((cut) => cut.runs[at] ?? []);
    pattern += runs[0]?.kind === "digits" ? digitsPattern(runs, at === 0) : lettersPattern(runs);
    pattern += gapPattern(cuts.map((cut) => cut.gaps[at + 1] ?? ""));
  }
  return pattern;
}

function gapPattern(gaps: readonly string[]): string {
  const different = [...new Set(gaps)];
  if (different.length <= 6) return choice(different);
  const lengths = different.map((gap) => gap.length);
  return `${classLike(different.join(""))}${times([Math.min(...lengths), Math.max(...lengths)])}`;
}

function digitsPattern(runs: readonly TextRun[], leading: boolean): string {
  const lengths = runs.map((run) => run.text.length);
  const first =
    leading && runs.length >= ENOUGH_FOR_FIRST_DIGIT ? [...new Set(runs.map((run) => run.text.charAt(0)))].sort() : [];
  if (first.length === 0 || first.length === 10 || Math.min(...lengths) < 2) return `[0-9]${times(lengths)}`;
  return `[${rangesOf(first)}][0-9]${times(lengths.map((length) => length - 1))}`;
}

function rangesOf(digits: readonly string[]): string {
  const last = digits.at(-1) ?? "";
  const whole = Number(last) - Number(digits[0]) === digits.length - 1 && digits.length > 2;
  return whole ? `${digits[0]}-${last}` : digits.join("");
}

/** Few words that come back stay words, in the cases seen; otherwise a class by case. */
function lettersPattern(runs: readonly TextRun[]): string {
  const texts = [...new Set(runs.map((run) => run.text))];
  const words = new Set(texts.map((text) => text.toLowerCase()));
  if (words.size <= MOST_LITERALS && runs.length >= 2 * words.size) return wordsPattern(words, texts);
  const lengths = runs.map((run) => run.text.length);
  const cases = new Set(texts.map(caseOf));
  if (cases.size === 1 && cases.has("capital") && Math.min(...lengths) > 1) {
    return `${classLike(texts.map((text) => text.charAt(0)))}${classLike(texts.map((text) => text.slice(1)).join(""))}${times(lengths.map((length) => length - 1))}`;
  }
  return `${classLike(texts.join(""))}${times(lengths)}`;
}

function wordsPattern(words: ReadonlySet<string>, texts: readonly string[]): string {
  const written = [...words].map((word) => {
    const cases = texts.filter((text) => text.toLowerCase() === word);
    return cases.length === 1 ? escape(cases[0] ?? "") : Array.from(word, eitherCase).join("");
  });
  return written.length === 1
    ? (written[0] ?? "")
    : `(?:${written.sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join("|")})`;
}

function eitherCase(char: string): string {
  const upper = char.toUpperCase();
  return upper === char || upper.length > 1 ? escape(char) : `[${upper}${char}]`;
}

function caseOf(text: string): "upper" | "lower" | "capital" | "mixed" {
  if (text === text.toLowerCase()) return "lower";
  if (text === text.toUpperCase()) return text.length === 1 ? "capital" : "upper";
  return text.slice(1) === text.slice(1).toLowerCase() ? "capital" : "mixed";
}

/** Texts without blanks around one character that each has once, like the @ of an address. */
function pivotCores(texts: readonly string[], least: number): Core[] {
  const pivots = [...new Set(texts.join("").replace(/[A-Za-z0-9\u00C0-\u024F]/g, ""))].sort();
  return pivots.flatMap((pivot) => {
    const halves = texts
      .map((text) => text.split(pivot))
      .filter((parts) => parts.length === 2 && parts.every((part) => part !== ""));
    if (halves.length < least) return [];
    const sides = [0, 1].map((side) => sidePattern(halves.map((parts) => parts[side] ?? "")));
    return [{ pattern: sides.join(escape(pivot)), support: halves.length }];
  });
}

function sidePattern(texts: readonly string[]): string {
  const ends = [texts.map((text) => text.charAt(0)), texts.map((text) => text.charAt(text.length - 1))].map(classLike);
  if (texts.every((text) => text.length > 1)) return `${ends[0]}${classLike(texts.join(""))}*${ends[1]}`;
  return `${classLike(texts.join(""))}+`;
}

/** Words of letters and digits in turn, like a licence plate or a record number. */
function mixedCores(texts: readonly string[], least: number): Core[] {
  const words = texts.filter((text) => /^[A-Za-z0-9]+$/.test(text));
  if (words.length < least) return [];
  return [{ pattern: `${classLike(words.join(""))}${times(words.map((word) => word.length))}`, support: words.length }];
}
