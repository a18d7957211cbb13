// This file measures the value operations of recipes on a recogniser library's own cases: which rows get an answer, how many are right.
import { readFile } from "node:fs/promises";
import { wordsOf } from "@kolm/recipe";
import { percent, type Row, sharedFile } from "../bench.ts";
import { FAMILIES } from "./recognizers/families.ts";
import type { Found } from "./recognizers/piece.ts";

/** A row of the set: what the library found in a text, for one of its families. */
type Case = {
  readonly input: string;
  readonly output: readonly Expected[];
  readonly family: string;
  readonly context?: { readonly ReferenceDateTime?: string };
};
type Expected = {
  readonly text: string;
  readonly resolution: Readonly<Record<string, unknown>> & {
    readonly values?: readonly Readonly<Record<string, string>>[];
  };
};

type Tally = { rows: number; answered: number; right: number };

const PRECISION = 0.98;

/** Answers a row when every value in it is certain and of a form that was right on the train split, never wrong; right means all values of the row, with their places. */
export async function measureRecognizers(split: "train" | "test" = "test"): Promise<readonly Row[]> {
  // On the train split itself a form needs a second row.
  const train = await casesOf("train");
  const known = certify(train, split === "train" ? 2 : 1);
  const harmless = harmlessWords(train);
  const tallies = new Map<string, Tally>();
  for (const one of await casesOf(split)) {
    const tally = tallies.get(one.family) ?? { rows: 0, answered: 0, right: 0 };
    tallies.set(one.family, tally);
    tally.rows += 1;
    const found = answer(one);
    if (found === undefined || !found.every(({ form }) => known.has(`${one.family} ${form}`))) continue;
    if (!restOf(one, found).every((word) => harmless(one.family, word))) continue;
    tally.answered += 1;
    if (isRight(found, one.output)) tally.right += 1;
  }
  return rowsOf(tallies);
}

async function casesOf(split: "train" | "test"): Promise<readonly Case[]> {
  const text = await readFile(sharedFile(`data/recognizers_text_en/${split}.jsonl`), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Case); // a file of the shared data
}

/** The forms that were right in at least `least` rows and in none wrong. */
function certify(cases: readonly Case[], least: number): ReadonlySet<string> {
  const right = new Map<string, number>();
  for (const one of cases) {
    const found = answer(one) ?? [];
    const step = isRight(found, one.output) ? 1 : Number.NEGATIVE_INFINITY;
    for (const form of new Set(found.map((value) => `${one.family} ${value.form}`))) {
      right.set(form, (right.get(form) ?? 0) + step);
    }
  }
  return new Set([...right].filter(([, count]) => count >= least).map(([form]) => form));
}

/** Tells words that stood in train rows outside every value from words that stood in a value of the family, or nowhere. */
function harmlessWords(cases: readonly Case[]): (family: string, word: string) => boolean {
  const outside = new Set(cases.flatMap((one) => restOf(one, one.output)));
  const inside = new Set(
    cases.flatMap(({ family, output }) =>
      output.flatMap(({ text }) => wordsOf(text).list.map((word) => family + word)),
    ),
  );
  // A text for one of the sequences says nothing about the words around them.
  return (family, word) => family.startsWith("Sequence/") || (outside.has(word) && !inside.has(family + word));
}

/** The words of a row without those of its values. */
function restOf({ input }: Case, values: readonly { readonly text: string }[]): readonly string[] {
  let rest = input.toLowerCase();
  for (const { text } of values) rest = rest.replace(text.toLowerCase(), " ");
  return wordsOf(rest).list;
}

/** What the recipes say about a row; undefined where they abstain. */
function answer(one: Case): readonly Found[] | undefined {
  const found = FAMILIES.get(one.family)?.(one.input, one.context?.ReferenceDateTime ?? "");
  return found === undefined || found.length === 0 ? undefined : found;
}

/** Whether these are the values of the row and nothing else. */
function isRight(found: readonly Found[], expected: readonly Expected[]): boolean {
  return (
    found.length === expected.length &&
    found.every(({ text, holds }, index) => {
      const truth = expected[index];
      return truth !== undefined && truth.text.toLowerCase() === text.toLowerCase() && holds(truth.resolution);
    })
  );
}

function rowsOf(tallies: ReadonlyMap<string, Tally>): readonly Row[] {
  const all = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = all.reduce(
    (total, [, { rows, answered, right }]) => ({
      rows: total.rows + rows,
      answered: total.answered + answered,
      right: total.right + right,
    }),
    { rows: 0, answered: 0, right: 0 },
  );
  const share = sum.right / Math.max(1, sum.answered);
  const families = all.filter(([, { answered }]) => answered > 0);
  return [
    {
      what: "recognizers: rows right of those answered",
      aim: `>= ${PRECISION}`,
      measured: `${percent(share)} (${sum.right} of ${sum.answered})`,
      holds: share >= PRECISION,
    },
    {
      what: "recognizers: families and rows answered",
      aim: "stated",
      measured: `${families.length} of ${all.length} families, ${percent(sum.answered / Math.max(1, sum.rows))} of ${sum.rows} rows`,
      holds: null,
    },
    ...all.map(([family, { rows, answered, right }]) => ({
      what: `  ${family.split("/")[1] ?? family}`,
      aim: "",
      measured: `${right} right of ${answered} answered of ${rows}`,
      holds: null,
    })),
  ];
}
