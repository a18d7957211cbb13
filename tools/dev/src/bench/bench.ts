// This file defines what a benchmark is, and how one compiles a task made of a public data set in a workspace of its own.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { openEnvironment, planOf, runStep } from "@kolm/nx";
import { folderInputs, layoutOf, normalise, stableJson } from "@kolm/stage";

/** holds is null where there is no aim. */
export type Row = {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly holds: boolean | null;
};
export type Bench = {
  readonly name: string;
  readonly summary: string;
  readonly measure: (words: readonly string[]) => Promise<readonly Row[]>;
};

const ROOT = join(import.meta.dirname, "../../../..");

/** A file of the public data sets; KolmError DATA_MISSING where there are none. */
export function sharedFile(path: string): string {
  const found = join(process.env["KOLM_SHARED"] ?? join(ROOT, "../shared"), path);
  if (existsSync(found)) return found;
  throw new KolmError("DATA_MISSING", `there is no ${path} in the shared data`, {
    hint: "Point KOLM_SHARED at the folder with the public data sets.",
  });
}

export type Pair = {
  readonly input: string;
  readonly output: string;
  readonly teacher?: Readonly<Record<string, string>>;
};

/** Rows of a data set, each input once (by what kolm counts as the same), none in which a row of `except` stands. */
export async function readPairs<P extends { readonly input: string } = Pair>(
  path: string,
  except: readonly { readonly input: string }[] = [],
): Promise<P[]> {
  const heldOut = except.map(({ input }) => normalise(input));
  const quotable = heldOut.filter((text) => text.split(" ").length >= 8);
  const seen = new Set(heldOut);
  const lines = (await readFile(sharedFile(path), "utf8")).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as P)
    .filter(({ input }) => {
      const key = normalise(input);
      return !seen.has(key) && !quotable.some((text) => key.includes(text)) && seen.add(key);
    });
}

/** One classification task: rows in, options by section. */
export type TaskFiles = {
  readonly name: string;
  readonly yaml: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
};
export type Compiled = { readonly report: Report; readonly seconds: Readonly<Record<string, number>> };

/** Compiles a task through `until` in a fresh workspace and hands the result to `look`; everything is deleted after. */
export async function withCompiled<T>(
  task: TaskFiles,
  until: string,
  look: (compiled: Compiled) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "kolm-bench-"));
  try {
    await writeFile(join(root, "kolm.workspace.yaml"), await readFile(join(ROOT, "kolm.workspace.yaml")));
    const folder = join(root, "tasks", task.name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "task.yaml"), stableJson({ name: task.name, ...task.yaml }));
    for (const [file, text] of Object.entries(task.files)) await writeFile(join(folder, file), text);
    const seconds = await runStages(root, task, until);
    const environment = await openEnvironment(root, new AbortController().signal);
    const inputs = folderInputs((stage) => layoutOf(root).stage(task.name, stage), environment.store);
    const report = await inputs.json<Report>("verify/report.json");
    await environment.store.close();
    return await look({ report, seconds });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function runStages(root: string, task: TaskFiles, until: string): Promise<Record<string, number>> {
  const environment = await openEnvironment(root, new AbortController().signal);
  const seconds: Record<string, number> = {};
  const time = async (owner: string, stage: string): Promise<void> => {
    const start = performance.now();
    await runStep(
      {
        owner,
        stage,
        report: ({ message, done, total }) => {
          if (process.stderr.isTTY)
            process.stderr.write(`\r  ${stage} ${done ?? ""}/${total ?? ""} ${message}`.padEnd(100));
        },
      },
      environment,
    );
    seconds[stage] = (performance.now() - start) / 1000;
    process.stderr.write(`\r  ${stage} ${seconds[stage].toFixed(1)} s`.padEnd(100) + "\n");
  };
  try {
    await time("use-lite", "base");
    for (const { stage } of planOf(task.yaml)) {
      await time(task.name, stage.name);
      if (stage.name === until) break;
    }
  } finally {
    await environment.store.close();
  }
  return seconds;
}

/** JSONL of rows with one enum field. */
export function labelRows(pairs: readonly Pair[], field: string): string {
  return pairs.map(({ input, output }) => `${JSON.stringify({ input, output: { [field]: output } })}\n`).join("");
}

/** The one-field output section for these rows. */
export function enumOutput(field: string, pairs: readonly Pair[]): Record<string, unknown> {
  return { [field]: { type: "enum", values: [...new Set(pairs.map(({ output }) => output))].sort() } };
}

export const percent = (share: number): string => share.toFixed(4);

/** What benchmarks read of verify's report; wouldBe is the score of the answer an abstention withheld. */
type Report = { readonly rows: readonly ReportRow[] };
export type ReportRow = {
  readonly input: string;
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly expected: Readonly<Record<string, unknown>> | null;
  readonly abstained: boolean;
  readonly score: number;
  readonly wouldBe?: number;
};

/** Accuracy when every row must be answered, accuracy over the rows it answers, and the share of those. */
export function accuracies(rows: readonly ReportRow[]): { accuracy: number; answered: number; coverage: number } {
  const scores = rows.map((row) => (row.abstained ? (row.wouldBe ?? 0) : row.score));
  const given = rows.filter(({ abstained }) => !abstained);
  return {
    accuracy: mean(scores),
    answered: mean(given.map(({ score }) => score)),
    coverage: given.length / rows.length,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
