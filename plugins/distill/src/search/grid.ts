// This file says which settings a search tries, and how many of them a stretch of time allows.
import type { SettledOptions } from "../options.ts";

/** What a search may change. */
export type Setting = Pick<SettledOptions, "rank" | "alpha" | "targets" | "learningRate"> & {
  readonly epochs: number;
};

/** Around the settings given: first as they are, then one change at a time, then both that most often help together. */
export function gridOf(given: Setting): Setting[] {
  const wider = { rank: given.rank * 2, alpha: given.alpha * 2 };
  const slower = { learningRate: given.learningRate / 2 };
  const longer = { epochs: Math.ceil(given.epochs * 1.5) };
  const changes: Partial<Setting>[] = [
    {},
    wider,
    slower,
    longer,
    { ...wider, ...slower, ...longer },
    { learningRate: Math.min(1, given.learningRate * 2) },
    { rank: Math.max(1, given.rank >> 1), alpha: Math.max(1, given.alpha >> 1) },
    { targets: [] },
  ];
  return changes.map((change) => ({ ...given, ...change })).filter(isNew);
}

function isNew(setting: Setting, place: number, all: readonly Setting[]): boolean {
  const text = JSON.stringify(setting);
  return all.findIndex((one) => JSON.stringify(one) === text) === place;
}

/** Multiply-accumulates a second of training on two cores; a model's minutes, so that every machine tries the same grid. */
const MACS_PER_SECOND = 2e10;
/** Of one token through forward and backward pass, for each weight of the base. */
const PASSES = 3;

export type Load = { readonly tokens: number; readonly weights: number };

/** Minutes of training at one setting. */
export function minutesOf({ epochs }: Pick<Setting, "epochs">, { tokens, weights }: Load): number {
  return (epochs * tokens * weights * PASSES) / MACS_PER_SECOND / 60;
}

/** The first settings that fit into the minutes together; always the first, so that there is one. */
export function affordable(grid: readonly Setting[], minutes: number, load: Load): Setting[] {
  let spent = 0;
  return grid.filter((setting, place) => {
    const cost = minutesOf(setting, load);
    if (place > 0 && spent + cost > minutes) return false;
    spent += cost;
    return true;
  });
}
