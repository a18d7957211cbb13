// This file reads the public programming-by-example tasks, splits them by name, and says what a program gets right.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { compilePack } from "@kolm/recipe";
import { type Example, type Program, runText } from "@kolm/recipes/synthesis";

const ROOT = join(import.meta.dirname, "../../../../..");

/** One task of a set: examples in the order of the file. */
export type PbeTask = { readonly name: string; readonly examples: readonly Example[] };

/** Between the columns of an input; a program reads one text. */
const COLUMNS = "\u001F";

/** The tasks of a set; KolmError DATA_MISSING where the public data are not there. */
export async function readTasks(path: string): Promise<PbeTask[]> {
  const file = join(process.env["KOLM_SHARED"] ?? join(ROOT, "../shared"), "data", path);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new KolmError("DATA_MISSING", `there is no ${path} in the shared data`, {
      hint: "Point KOLM_SHARED at the folder with the public data sets.",
      cause,
    });
  });
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const { task, examples } = JSON.parse(line) as { task: string; examples: { input: unknown; output: unknown }[] };
    return {
      name: task,
      examples: examples.map(({ input, output }) => ({ input: asText(input), output: asOutput(output) })),
    };
  });
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(asText).join(COLUMNS);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A null output is an abstention. */
function asOutput(value: unknown): string | null {
  return value === null ? null : asText(value);
}

/** Whether a task belongs to the half that ranking was tuned on: the first hex digit of the SHA-256 of its name is below 8. */
export function isTuned(name: string): boolean {
  return Number.parseInt(createHash("sha256").update(name).digest("hex").charAt(0), 16) < 8;
}

/** Whether a program gives the output of every example. */
export function isRight(program: Program | undefined, examples: readonly Example[]): boolean {
  if (program === undefined) return false;
  const pack = compilePack([program.recipe]);
  return examples.every(({ input, output }) => runText(pack, input) === output);
}

export type Verdict = { readonly name: string; readonly right: boolean };

/** "12 of 20 (60.0 %)" for all tasks, then for the half looked at and the half never looked at. */
export function shares(verdicts: readonly Verdict[], splitName: (name: string) => string = (name) => name): string {
  const tuned = verdicts.filter(({ name }) => isTuned(splitName(name)));
  const fresh = verdicts.filter(({ name }) => !isTuned(splitName(name)));
  return `${share(verdicts)}; looked at ${share(tuned)}; never looked at ${share(fresh)}`;
}

function share(verdicts: readonly Verdict[]): string {
  const right = verdicts.filter(({ right: ok }) => ok).length;
  return `${right} of ${verdicts.length} (${((100 * right) / Math.max(1, verdicts.length)).toFixed(1)} %)`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
