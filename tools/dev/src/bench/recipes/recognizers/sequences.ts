// This file answers the families of sequences, ranges and yes or no by patterns.
import { compilePack, type Recipe, spotValues } from "@kolm/recipe";
import { answered, type Family, masked } from "./piece.ts";

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
      "(?:^|\\s)((?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|0{0,2}[1-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|0{0,2}[1-9]?[0-9])|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?)(?:$|[\\s/,;]|\\.(?:$|\\s))",
    group: 1,
  },
  URLModel: {
    pattern:
      "(?:^|[\\s'\"\\]])((?:(?:https?|ftp)://(?:(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,6}|localhost|[0-9]{1,3}(?:\\.[0-9]{1,3}){3})|www\\.(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,3}|(?:[a-z0-9-]+\\.)+(?:com|org|net|edu|gov|io))(?::[0-9]+)?(?:/[A-Za-z0-9_/.#?=&%:~!+-]*[A-Za-z0-9_/=]|/|#[A-Za-z0-9_-]+)?)(?:$|[\\s,;'\"]|\\.(?:$|\\s))",
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
      holds: ({ value }) => plain(String(value)) === plain(text),
    }));
}

// In lower case, without leading zeros of the parts of an address.
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/(?<=^|[.:])0+(?=[0-9a-f]+(?:[.:]|$))/g, "");
}

/** Words and marks that say that a number left over is the end of a range. */
const COMPARED =
  /[<>=\u2264\u2265]|[0-9]\s*[-~\u2013]\s*[0-9]|[%/]|\b(?:more|less|greater|smaller|larger|bigger|higher|lower|fewer|over|under|above|below|least|most|equals?|equaling|exceed(?:s|ing)?|between|up to|than|or|longer|older|younger|within|from)\b/i;

/** Intervals, with no comparison left in the text. */
export const ranges: Family = (input) => {
  const pieces = spotValues(input, "range").map((piece) => ({ ...piece, kind: "range" as const }));
  const rest = masked(input, pieces);
  if (COMPARED.test(rest) || /^\s*[%$/-]|^\s+(?:per|percent)\b/.test(rest.split("\uFFFC").at(-1) ?? ""))
    return undefined;
  return answered(
    input,
    pieces,
    (value) =>
      ({ value: truth }) =>
        truth === value,
  );
};

const YES = /\b(?:yes|yeah|yep|yup|sure|agree|ok|okay)\b|\u{1F44C}[\u{1F3FB}-\u{1F3FF}]?/giu;
const NO = /\b(?:no|nope|disagree|not ok|not okay)\b/gi;

/** The one word of consent or refusal in a text. */
export const booleans: Family = (input) => {
  const yes = [...input.replaceAll(NO, (word) => " ".repeat(word.length)).matchAll(YES)].map(([word]) => word);
  const no = [...input.matchAll(NO)].map(([word]) => word);
  const [word] = [...yes, ...no];
  if (word === undefined || yes.length + no.length !== 1) return undefined;
  return [
    { text: word, form: word.toLowerCase(), group: "boolean", holds: ({ value }) => value === (yes.length === 1) },
  ];
};
