// This file answers the families of sequences, ranges and yes or no by patterns.
import { compilePack, type Recipe, spotValues } from "@kolm/recipe";
import { type Family, type Found, masked } from "./piece.ts";

/** Patterns of sequences, as recipes run them. */
const SEQUENCES: Readonly<Record<string, { readonly pattern: string; readonly group: number }>> = {
  EmailModel: {
    pattern:
      "(?:^|[\\s<(\\[:;,])([A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*@(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,})(?:$|[\\s>)\\];,!?]|\\.(?:$|\\s))",
    group: 1,
  },
  GUIDModel: {
    pattern:
      "(?:^|\\s)([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32}|\\{(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})\\}|[Xx]'(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})'|urn:uuid:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})(?:$|[\\s.,;])",
    group: 1,
  },
  IpAddressModel: {
    pattern:
      "(?:^|\\s)((?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]))(?:$|[\\s/,;]|\\.(?:$|\\s))",
    group: 1,
  },
  URLModel: {
    pattern:
      "(?:^|\\s)((?:https?|ftp)://(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,3}(?::[0-9]+)?(?:/[A-Za-z0-9_/.#?=&%-]*[A-Za-z0-9_/=])?)(?:$|[\\s,;]|\\.(?:$|\\s))",
    group: 1,
  },
};

/** One pattern, run as a recipe. */
export function sequence(name: string): Family {
  const { pattern, group } = SEQUENCES[name] ?? { pattern: "", group: 0 };
  const nodes: Recipe["nodes"] = [
    { op: "find", pattern, group },
    { op: "label", of: 0, label: "value" },
  ];
  const pack = compilePack([{ id: "sequence", field: "f", gives: "marks", nodes }]);
  return (input) =>
    pack.decide(input).marks.map(({ text }) => ({
      text,
      form: name,
      holds: ({ value }) => String(value).toLowerCase() === text.toLowerCase(),
    }));
}

type Bound = readonly [words: RegExp, write: (value: string) => string];

/** Words directly before a number that make it the end of a range. */
const BOUNDS: readonly Bound[] = [
  [/\b(?:more|greater|larger|higher|bigger) than or equal to $/i, (value) => `[${value},)`],
  [/\b(?:less|smaller|lower|fewer) than or equal to $/i, (value) => `(,${value}]`],
  [/\b(?:no|not) (?:less|smaller|lower|fewer) than $/i, (value) => `[${value},)`],
  [/\b(?:no|not) (?:more|greater|larger|higher|bigger) than $/i, (value) => `(,${value}]`],
  [/\bat least $/i, (value) => `[${value},)`],
  [/\b(?:at most|up to) $/i, (value) => `(,${value}]`],
  [/\b(?:more|greater|larger|higher|bigger) than $/i, (value) => `(${value},)`],
  [/\b(?:less|smaller|lower|fewer) than $/i, (value) => `(,${value})`],
];

/** One number with a bound before it, or two with "between" and "and"; anything else is left alone. */
export const ranges: Family = (input) => {
  const pieces = spotValues(input, "number").map((piece) => ({ ...piece, kind: "number" as const }));
  const rest = masked(input, pieces);
  const [first, second] = pieces;
  if (
    first?.value === undefined ||
    /[0-9%/]|\b(?:or|equals?|less|not|and [a-z]*er|years?|%)\b/i.test(rest.split("\uFFFC").at(-1) ?? "")
  )
    return undefined;
  const before = input.slice(0, first.start);
  if (/\bequals?\b.*\bor\b/i.test(before)) return undefined;
  if (second !== undefined) {
    const between = /\bbetween $/i.exec(before);
    if (
      pieces.length > 2 ||
      between === null ||
      second.value === undefined ||
      input.slice(first.end, second.start) !== " and "
    )
      return undefined;
    return range(input.slice(between.index, second.end), `[${first.value},${second.value})`);
  }
  for (const [words, write] of BOUNDS) {
    const found = words.exec(before);
    if (found !== null) return range(input.slice(found.index, first.end), write(first.value));
  }
  return undefined;
};

function range(text: string, value: string): readonly Found[] {
  return [{ text, form: text.replaceAll(/[0-9.,]+/g, "0"), holds: ({ value: truth }) => truth === value }];
}

const YES = /\b(?:yes|yeah|yep|yup|sure|agree|ok|okay)\b|\u{1F44C}[\u{1F3FB}-\u{1F3FF}]?/giu;
const NO = /\b(?:no|nope|disagree|not ok|not okay)\b/gi;

/** The one word of consent or refusal in a text. */
export const booleans: Family = (input) => {
  const yes = [...input.replaceAll(NO, (word) => " ".repeat(word.length)).matchAll(YES)].map(([word]) => word);
  const no = [...input.matchAll(NO)].map(([word]) => word);
  const [word] = [...yes, ...no];
  if (word === undefined || yes.length + no.length !== 1) return undefined;
  return [{ text: word, form: word.toLowerCase(), holds: ({ value }) => value === (yes.length === 1) }];
};
