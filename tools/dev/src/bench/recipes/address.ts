// This file measures rules for the components of US addresses: how many are given, how many of those are right.
import { readFile } from "node:fs/promises";
import { wilsonLower } from "@kolm/recipes/synthesis";
import { percent, type Row, sharedFile } from "../bench.ts";
import { learnRules, type Reader, type Strictness } from "./address/rules.ts";
import type { Tagged } from "./address/token.ts";

type Address = Tagged & { readonly input: string; readonly output: Readonly<Record<string, string>> };
type Tally = { readonly given: number; readonly right: number };

const PRECISION = 0.95;
const FOLDS = 5;

const GRID: readonly Strictness[] = [2, 3, 5, 10, 20].flatMap((least) =>
  [0.9, 0.95, 0.98, 1].flatMap((purity) => [1, 2, 3, 4].map((voices) => ({ least, purity, voices }))),
);

/** Learns rules and, for each component, their strictness from the train split, then reads the test split; right is letter for letter. */
export async function measureAddress(): Promise<readonly Row[]> {
  const train = await read("train");
  const chosen = certified(train);
  const reader = learnRules(train.filter(isWhole));
  const test = await read("test");
  const tallies = [...chosen].map(([label, strictness]) => judge(test, reader, strictness).get(label) ?? NONE);
  const { given, right } = tallies.reduce(add, NONE);
  const all = test.reduce((sum, { output }) => sum + Object.keys(output).length, 0);
  const share = right / Math.max(1, given);
  return [
    {
      what: "usaddress: components right of those given",
      aim: `>= ${PRECISION}`,
      measured: `${percent(share)} (${right} of ${given})`,
      holds: share >= PRECISION,
    },
    {
      what: "usaddress: components given of all",
      aim: "stated",
      measured: `${percent(given / Math.max(1, all))} of ${all}; certified: ${[...chosen.keys()].sort().join(", ")}`,
      holds: null,
    },
  ];
}

/** For each component the strictness that gives it most often among those whose every fold, and lower bound, is precise enough. */
function certified(train: readonly Address[]): ReadonlyMap<string, Strictness> {
  // Rows of one source stand together in the file: folds are blocks, so that a fold is as strange as the test split.
  const size = Math.ceil(train.length / FOLDS);
  const folds = Array.from({ length: FOLDS }, (_, fold) => ({
    reader: learnRules(train.filter((row, index) => Math.floor(index / size) !== fold && isWhole(row))),
    held: train.slice(fold * size, (fold + 1) * size),
  }));
  const best = new Map<string, { strictness: Strictness; given: number }>();
  for (const strictness of GRID) {
    const judged = folds.map(({ reader, held }) => judge(held, reader, strictness));
    for (const label of new Set(judged.flatMap((tallies) => [...tallies.keys()]))) {
      const tallies = judged.map((byLabel) => byLabel.get(label) ?? NONE);
      const { given, right } = tallies.reduce(add, NONE);
      const steady = tallies.every((fold) => fold.right >= PRECISION * fold.given);
      if (!steady || wilsonLower(right, given) < PRECISION) continue;
      if (given > (best.get(label)?.given ?? 0)) best.set(label, { strictness, given });
    }
  }
  return new Map([...best].map(([label, { strictness }]) => [label, strictness]));
}

const NONE: Tally = { given: 0, right: 0 };

function add(a: Tally, b: Tally): Tally {
  return { given: a.given + b.given, right: a.right + b.right };
}

/** What is given and right, by component. */
function judge(rows: readonly Address[], reader: Reader, strictness: Strictness): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { input, output } of rows) {
    const words = wordsOf(input);
    for (const [label, text] of componentsOf(words, reader(words, strictness))) {
      tallies.set(label, add(tallies.get(label) ?? NONE, { given: 1, right: output[label] === text ? 1 : 0 }));
    }
  }
  return tallies;
}

/** Runs of words of one component, given only if the words beside them are decided too and no other run has the name. */
function componentsOf(words: readonly string[], tags: readonly (string | undefined)[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (let start = 0; start < words.length;) {
    const tag = tags[start];
    let end = start + 1;
    while (end < words.length && tags[end] === tag) end++;
    const bounded = (start === 0 || tags[start - 1] !== undefined) && (end === words.length || tags[end] !== undefined);
    if (tag !== undefined && found.has(tag)) twice.add(tag);
    if (tag !== undefined && bounded)
      found.set(
        tag,
        words
          .slice(start, end)
          .join(" ")
          .replaceAll(/^[\s,;]+|[\s,;]+$/g, ""),
      );
    start = end;
  }
  return new Map([...found].filter(([tag]) => !twice.has(tag)));
}

function wordsOf(input: string): readonly string[] {
  return input.split(/\s+/).filter((word) => word !== "");
}

/** Rules are learnt where the row's own words are those between blanks. */
function isWhole({ input, words }: Address): boolean {
  return wordsOf(input).join(" ") === words.join(" ");
}

async function read(split: "train" | "test"): Promise<readonly Address[]> {
  const text = await readFile(sharedFile(`data/usaddress/${split}.jsonl`), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const { tokens, ...row } = JSON.parse(line) as Omit<Address, "words"> & { readonly tokens: readonly string[] }; // shared data
    return { ...row, words: tokens };
  });
}
