// This file measures the value operations of recipes on a recogniser library's own cases: which rows get an answer, how many are right.
import { readFile } from "node:fs/promises";
import { percent, type Row, sharedFile } from "../bench.ts";
import { type Case, certify, type Seen, seenOf } from "./recognizers/certify.ts";
import { chosenStrictness, heldOut, judge, type Tally } from "./recognizers/strictness.ts";

const PRECISION = 0.98;

/**
 * Answers a row where every value in it is certain and of a form certified on the train split; right means all values of the row,
 * with their places. The train split is measured on blocks held out.
 */
export async function measureRecognizers(split: "train" | "test" = "test"): Promise<readonly Row[]> {
  const train = await casesOf("train");
  const chosen = chosenStrictness(train, PRECISION);
  const strictness = (family: string): ReturnType<typeof chosen.get> => chosen.get(family);
  if (split === "train") return rowsOf(heldOut(train, strictness));
  return rowsOf(judge(await casesOf(split), certify(train, strictness)));
}

async function casesOf(split: "train" | "test"): Promise<readonly Seen[]> {
  const text = await readFile(sharedFile(`data/recognizers_text_en/${split}.jsonl`), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => seenOf(JSON.parse(line) as Case)); // a file of the shared data
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
