// This file measures recall: the index's speed beside other libraries', and how well it ranks on public tasks.
import type { Bench, Row } from "./bench.ts";
import { measureIncremental } from "./recall/incremental.ts";
import { measureFashion, measurePhotos } from "./recall/pictures.ts";
import { measureScifact } from "./recall/scifact.ts";
import { measureIndex } from "./recall/speed.ts";

const PARTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  index: measureIndex,
  scifact: () => measureScifact(),
  photos: measurePhotos,
  fashion: measureFashion,
  incremental: measureIncremental,
};

/** npm run bench -- recall [part …]; all parts when none is named. */
export const recall: Bench = {
  name: "recall",
  summary: `search in an index of one's own data; parts: ${Object.keys(PARTS).join(", ")}`,
  measure: async (words) => {
    const named = Object.entries(PARTS).filter(([name]) => words.includes(name));
    const rows: Row[] = [];
    for (const [, measure] of named.length > 0 ? named : Object.entries(PARTS)) rows.push(...(await measure()));
    return rows;
  },
};
