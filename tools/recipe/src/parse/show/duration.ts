// This file writes lengths of time (SPEC.md §8.10).
import { partsOfIso } from "../date/duration.ts";
import type { Period } from "../date/names.ts";
import { decimalOf, plus, type Ratio, ratio, times } from "../ratio.ts";

const SECONDS: Readonly<Record<Period, bigint | undefined>> = {
  Y: undefined,
  M: undefined,
  W: 604_800n,
  D: 86_400n,
  H: 3600n,
  N: 60n,
  S: 1n,
};
const NAMES: Readonly<Record<Period, string>> = {
  Y: "year",
  M: "month",
  W: "week",
  D: "day",
  H: "hour",
  N: "minute",
  S: "second",
};

/** The length in seconds; undefined with years or months, whose length differs. */
export function secondsOf(iso: string): Ratio | undefined {
  let sum: Ratio | undefined = ratio(0n);
  for (const { period, size } of partsOfIso(iso) ?? [{ period: "Y" as const, size: ratio(0n) }]) {
    const seconds = SECONDS[period];
    sum = sum === undefined || seconds === undefined ? undefined : plus(sum, times(size, ratio(seconds)));
  }
  return sum;
}

/** "1:30:00": hours, minutes and seconds; whole seconds only. */
export function clockDuration(iso: string): string | undefined {
  const seconds = secondsOf(iso);
  if (seconds?.den !== 1n) return undefined;
  const minutes = seconds.num / 60n;
  const pair = (value: bigint): string => (value % 60n).toString().padStart(2, "0");
  return `${minutes / 60n}:${pair(minutes)}:${pair(seconds.num)}`;
}

/** "1 hour 30 minutes". */
export function durationWords(iso: string): string | undefined {
  const words = partsOfIso(iso)?.map(({ period, size }) => {
    const decimal = decimalOf(size) ?? "";
    return `${decimal} ${NAMES[period]}${decimal === "1" ? "" : "s"}`;
  });
  return words?.join(" ");
}
