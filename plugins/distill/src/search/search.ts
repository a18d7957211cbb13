// This file finds settings for a student by training with each of a small grid and judging it on held-out examples.
import { createHash } from "node:crypto";
import type { Graph } from "@kolm/onnx";
import type { Context } from "@kolm/stage";
import type { SettledOptions } from "../options.ts";
import type { Plan } from "../train/plan.ts";
import { affordable, gridOf, type Setting } from "./grid.ts";

/** A setting and the mean score it reached on the rows held out. */
type Trial = Setting & { readonly score: number };
export type Search = { readonly chosen: Setting; readonly trials: readonly Trial[]; readonly left: number };

/** Less than this between two settings is chance; the earlier one, nearer to what was given, stays. */
const MARGIN = 0.005;
/** Part of each remembered score's key: raise it when training changes what a setting comes to. */
const VERSION = "student-search/1";

export type Searching = {
  readonly minutes: number;
  readonly plan: Plan;
  readonly graph: Graph;
  /** Tokens of all examples. */
  readonly tokens: number;
  readonly kernels: string;
  /** Trains with a setting on all folds but the first and gives the mean score of that one. */
  readonly trial: (setting: Setting) => Promise<number>;
};

/** Tries settings in order; scores are remembered, so an interrupted search goes on where it was. */
export async function search(
  { minutes, plan, graph, tokens, kernels, trial }: Searching,
  { options, inputs, store, report }: Context<SettledOptions>,
): Promise<Search> {
  const { rank, alpha, targets, learningRate } = options;
  const given: Setting = { rank, alpha, targets, learningRate, epochs: plan.epochs };
  const sizes = [...graph.initializers.values()].map(({ dims }) => dims.reduce((size, dim) => size * dim, 1));
  const weights = sizes.reduce((sum, size) => sum + size, 0);
  const grid = gridOf(given);
  const tried = affordable(grid, minutes, { tokens, weights });
  const material = await Promise.all(
    ["teach/answers.jsonl", "spec/contract.json", "base/base.json"].map((path) => inputs.pointer(path)),
  );
  const trials: Trial[] = [];
  for (const [place, setting] of tried.entries()) {
    report({ message: `trying setting ${place + 1} of ${tried.length}` });
    const asked = [VERSION, kernels, ...material.map(({ sha256 }) => sha256), { ...options, ...setting }];
    const key = createHash("sha256").update(JSON.stringify(asked)).digest("hex");
    const known = await store.memo.get(key);
    const score = known === undefined ? await trial(setting) : Number(new TextDecoder().decode(known));
    if (known === undefined) await store.memo.put(key, new TextEncoder().encode(String(score)));
    trials.push({ ...setting, score });
  }
  const [first = { ...given, score: 0 }, ...rest] = trials;
  const { score: _, ...chosen } = rest.reduce((best, one) => (one.score > best.score + MARGIN ? one : best), first);
  return { chosen, trials, left: grid.length - tried.length };
}
