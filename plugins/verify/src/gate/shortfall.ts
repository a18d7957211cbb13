// This file ranks the axes by what they cost K.
import { AXES, type Axis, type AxisValues, harmonicMean } from "../score/axes.ts";
import { share } from "../score/decimal.ts";
import type { Axes } from "@kolm/stage";

/** An axis below 1: how far, and what K would be were it 1. */
export type Shortfall = {
  readonly axis: Axis;
  readonly value: string;
  readonly missing: string;
  readonly kIfFull: string;
};

/** The axes below 1, the one that costs K most first. */
export function shortfallsOf(axes: Axes): Shortfall[] {
  const values = Object.fromEntries(AXES.map((axis) => [axis, Number(axes[axis].value)])) as AxisValues; // one entry an axis
  const short = AXES.filter((axis) => values[axis] < 1).sort((a, b) => values[a] - values[b]);
  return short.map((axis) => ({
    axis,
    value: share(values[axis]),
    missing: share(1 - values[axis]),
    kIfFull: share(harmonicMean({ ...values, [axis]: 1 })),
  }));
}
