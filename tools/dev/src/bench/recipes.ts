// This file measures the recipes: programs learnt from examples on public tasks, and how long one takes.
import type { Bench, Row } from "./bench.ts";
import { measureAddress } from "./recipes/address.ts";
import { measureHostile } from "./recipes/hostile.ts";
import { measureRecognizers } from "./recipes/recognizers.ts";
import { measureSpeed } from "./recipes/speed.ts";
import { measureSupportBot } from "./recipes/support-bot.ts";
import { measureSygus } from "./recipes/sygus.ts";
import { measureTransformation } from "./recipes/transformation.ts";

const PARTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  transformation: measureTransformation,
  sygus: measureSygus,
  speed: measureSpeed,
  recognizers: () => measureRecognizers(),
  address: measureAddress,
  "support-bot": measureSupportBot,
  hostile: measureHostile,
};

/** npm run bench -- recipes [part …]; all parts when none is named. */
export const recipes: Bench = {
  name: "recipes",
  summary: `programs from examples and their speed; parts: ${Object.keys(PARTS).join(", ")}`,
  measure: async (words) => {
    const named = Object.entries(PARTS).filter(([name]) => words.includes(name));
    const rows: Row[] = [];
    for (const [, measure] of named.length > 0 ? named : Object.entries(PARTS)) rows.push(...(await measure()));
    return rows;
  },
};
