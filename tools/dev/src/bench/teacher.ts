// This file measures teachers: what asking several is worth, and how fast answers are remembered and asked for.
import type { Bench, Row } from "./bench.ts";
import { measureThroughput } from "./teacher/throughput.ts";
import { measureVoting } from "./teacher/voting.ts";

const PARTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  voting: measureVoting,
  throughput: measureThroughput,
};

/** npm run bench -- teacher [voting] [throughput]; both when none is named. */
export const teacher: Bench = {
  name: "teacher",
  summary: `asking models; parts: ${Object.keys(PARTS).join(", ")}`,
  measure: async (words) => {
    const named = Object.entries(PARTS).filter(([name]) => words.includes(name));
    const rows: Row[] = [];
    for (const [, measure] of named.length > 0 ? named : Object.entries(PARTS)) rows.push(...(await measure()));
    return rows;
  },
};
