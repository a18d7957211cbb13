// This file reads and writes sizes and ages as people do.
import { KolmError } from "@kolm/format";
import type { Flags } from "./cache.ts";

const UNITS = new Map([
  ["B", 1],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["TB", 1e12],
]);

/** Bytes of "500MB"; undefined when the flag is not given. KolmError USAGE. */
export function sizeFlag(flags: Flags, name: string): number | undefined {
  const text = flags[name];
  if (typeof text !== "string") return undefined;
  const [, number = "", unit = ""] = /^([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([KMGT]?B)$/i.exec(text) ?? [];
  const factor = UNITS.get(unit.toUpperCase());
  if (factor !== undefined) return Number(number) * factor;
  throw new KolmError("USAGE", `--${name} ${text} is no size`, { hint: "Write 500MB or 20GB." });
}

/** Milliseconds of a number of days; undefined when the flag is not given. KolmError USAGE. */
export function daysFlag(flags: Flags, name: string): number | undefined {
  const text = flags[name];
  if (typeof text !== "string") return undefined;
  if (/^[0-9]{1,5}(\.[0-9]{1,3})?$/.test(text)) return Number(text) * 86_400_000;
  throw new KolmError("USAGE", `--${name} ${text} is no number of days`, { hint: "Write 30." });
}

/** "1.4 GB". */
export function sizeText(bytes: number): string {
  const [unit, factor] = [...UNITS].findLast(([, factor]) => bytes >= factor) ?? ["B", 1];
  return `${factor === 1 ? bytes : (bytes / factor).toFixed(1)} ${unit}`;
}
