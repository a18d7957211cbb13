// This file measures the distiller: accuracy on public data, and how fast, exact and reproducible training is.
import type { Bench, Row } from "./bench.ts";
import { measureBanking77 } from "./distill/banking77.ts";
import { measureDeterminism } from "./distill/determinism.ts";
import { measureGradients } from "./distill/gradients.ts";
import { measureSmsSpam } from "./distill/sms-spam.ts";
import { measureSnips } from "./distill/snips.ts";
import { measureStepTime } from "./distill/step-time.ts";

const PARTS: Readonly<Record<string, (words: readonly string[]) => Promise<readonly Row[]>>> = {
  banking77: measureBanking77,
  snips: measureSnips,
  "sms-spam": measureSmsSpam,
  gradients: measureGradients,
  determinism: measureDeterminism,
  "step-time": measureStepTime,
};

/** npm run bench -- distill [part …]; all parts when none is named. Banking77 takes the names of its splits as well. */
export const distill: Bench = {
  name: "distill",
  summary: `the distiller; parts: ${Object.keys(PARTS).join(", ")} (all: about half an hour)`,
  measure: async (words) => {
    const named = Object.entries(PARTS).filter(([name]) => words.includes(name));
    const rows: Row[] = [];
    for (const [, measure] of named.length > 0 ? named : Object.entries(PARTS)) rows.push(...(await measure(words)));
    return rows;
  },
};
