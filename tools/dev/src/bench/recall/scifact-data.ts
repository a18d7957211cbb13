// This file reads SciFact (Wadden et al. 2020): abstracts, and claims with the abstracts that speak about them.
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { sharedFile } from "../bench.ts";

export type Abstract = { readonly id: string; readonly title: string; readonly text: string };
export type Claim = { readonly input: string; readonly output: Readonly<Record<string, number>> };

const rowsOf = <T>(text: string): T[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T); // the data set's own form

export async function readAbstracts(): Promise<Abstract[]> {
  return rowsOf(gunzipSync(await readFile(sharedFile("data/scifact/corpus.jsonl.gz"))).toString("utf8"));
}

export async function readClaims(split: "train" | "test"): Promise<Claim[]> {
  return rowsOf(await readFile(sharedFile(`data/scifact/queries_${split}.jsonl`), "utf8"));
}

export type Passages = {
  readonly texts: readonly string[];
  /** The abstract each passage is of. */
  readonly rows: readonly number[];
};

/** Each title is a passage, and so are runs of whole sentences of about as many words as an encoder reads at once. */
export function passagesOf(abstracts: readonly Abstract[], words: number): Passages {
  const cut = abstracts.flatMap(({ title, text }, row) =>
    [title, ...runsOf(text, words)].map((passage) => ({ row, passage })),
  );
  return { texts: cut.map(({ passage }) => passage), rows: cut.map(({ row }) => row) };
}

/** A sentence longer than a run is a run of its own. */
function runsOf(text: string, words: number): string[] {
  const runs: string[][] = [[]];
  let filled = 0;
  for (const sentence of text.split(/(?<=[.!?]) +(?=[A-Z(])/)) {
    const length = sentence.split(" ").length;
    if (filled > 0 && filled + length > words) {
      runs.push([]);
      filled = 0;
    }
    runs.at(-1)?.push(sentence);
    filled += length;
  }
  return runs.map((run) => run.join(" ")).filter((run) => run !== "");
}
