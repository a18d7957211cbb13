// This file judges a score against its floors and golden cases, with a reason for each that is missed.
import type { GateOptions } from "../options.ts";
import { share } from "../score/decimal.ts";
import type { Axes, GateVerdict, KFigure } from "@kolm/stage";

/** A golden case as it was answered. */
type GoldenCase = { readonly id: string; readonly input: string; readonly right: boolean };

export type Judged = { readonly k: KFigure; readonly axes: Axes; readonly golden: readonly GoldenCase[] };

/**
 * Passes when K, raw accuracy and raw coverage reach their floors (each by its point or by the lower end of its interval)
 * and every golden case is right. It judges the printed figures, so a reader of score.json comes to the same verdict.
 */
export function judge({ k, axes, golden }: Judged, { on, ...floors }: GateOptions): GateVerdict {
  const lower = on === "lower";
  const reasons = [
    shortOf("K", lower ? k.lower : k.value, { floor: floors.k, lower }),
    shortOf("accuracy", lower ? axes.accuracy.rawLower : axes.accuracy.raw, { floor: floors.accuracy, lower }),
    shortOf("coverage", lower ? axes.coverage.rawLower : axes.coverage.raw, { floor: floors.coverage, lower }),
    ...wrongGolden(golden),
  ].filter((reason) => reason !== undefined);
  return {
    passed: reasons.length === 0,
    on,
    floors: {
      k: share(floors.k),
      accuracy: share(floors.accuracy),
      ...(floors.coverage === undefined ? {} : { coverage: share(floors.coverage) }),
    },
    golden: { n: golden.length, right: golden.filter(({ right }) => right).length },
    reasons,
  };
}

type Floor = { readonly floor: number | undefined; readonly lower: boolean };

function shortOf(name: string, printed: string, { floor, lower }: Floor): string | undefined {
  if (floor === undefined || Number(printed) >= Number(share(floor))) return undefined;
  const end = lower ? " (lower end of 95 %)" : "";
  return `${name} ${printed}${end} is ${share(floor - Number(printed))} under the floor ${share(floor)}`;
}

const SHOWN = 3;

function wrongGolden(golden: readonly GoldenCase[]): string[] {
  const wrong = golden.filter(({ right }) => !right);
  if (wrong.length === 0) return [];
  const shown = wrong.slice(0, SHOWN).map(({ id, input }) => `${id} ${quote(input)}`);
  const more = wrong.length > SHOWN ? ` and ${wrong.length - SHOWN} more` : "";
  return [`${wrong.length} of ${golden.length} golden cases are wrong: ${shown.join(", ")}${more}`];
}

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
