// This file measures the value operations of recipes on a recogniser library's own cases: which rows get an answer, how many are right.
import { readFile } from "node:fs/promises";
import { percent, type Row, sharedFile } from "../bench.ts";
import { FAMILIES, type Found } from "./families.ts";

/** A row of the set: what the library found in a text, for one of its families. */
export type Case = {
  readonly input: string;
  readonly output: readonly Expected[];
  readonly family: string;
  readonly context?: { readonly ReferenceDateTime?: string };
};
export type Expected = {
  readonly text: string;
  readonly resolution: Readonly<Record<string, unknown>> & { readonly values?: readonly Readonly<Record<string, string>>[] };
};

type Tally = { rows: number; answered: number; right: number };

const PRECISION = 0.98;

/** Answers a row when every value in it is certain; right means all values of the row, with their places. */
export async function measureRecognizers(split: "train" | "test" = "test"): Promise<readonly Row[]> {
  const text = await readFile(sharedFile(`data/recognizers_text_en/${split}.jsonl`), "utf8");
  const tallies = new Map<string, Tally>();
  for (const line of text.split("\n").filter((part) => part !== "")) {
    const one = JSON.parse(line) as Case; // a file of the shared data
    const tally = tallies.get(one.family) ?? { rows: 0, answered: 0, right: 0 };
    tallies.set(one.family, tally);
    tally.rows += 1;
    const found = answer(one);
    if (found === undefined) continue;
    tally.answered += 1;
    if (isRight(found, one.output)) tally.right += 1;
  }
  return rowsOf(tallies);
}

/** What the recipes say about a row; undefined where they abstain. */
export function answer(one: Case): readonly Found[] | undefined {
  const found = FAMILIES.get(one.family)?.(one.input, one.context?.ReferenceDateTime ?? "");
  return found === undefined || found.length === 0 ? undefined : found;
}

/** Whether these are the values of the row and nothing else. */
export function isRight(found: readonly Found[], expected: readonly Expected[]): boolean {
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
