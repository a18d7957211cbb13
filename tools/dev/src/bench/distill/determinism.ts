// This file measures whether the distill stage gives the same bytes however it is run, and what portable mode costs.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert } from "@kolm/format";
import type { Row } from "../bench.ts";
import type { Trial, TrialRequest } from "./trial.ts";

const ROOT = join(import.meta.dirname, "../../../../..");
const TASK = "support-bot";
const BASE = "use-lite";

type Variant = {
  readonly mode: "fast" | "portable";
  readonly threads: number;
  readonly arena?: boolean;
  /** Of V8. */
  readonly flags?: readonly string[];
};

const FAST: readonly Variant[] = [
  { mode: "fast", threads: 1 },
  { mode: "fast", threads: 1 },
  { mode: "fast", threads: 2 },
  { mode: "fast", threads: 4 },
  { mode: "fast", threads: 2, arena: false },
];
const PORTABLE: readonly Variant[] = [
  { mode: "portable", threads: 1 },
  { mode: "portable", threads: 1 },
  { mode: "portable", threads: 2 },
  { mode: "portable", threads: 2, flags: ["--liftoff-only"] },
  { mode: "portable", threads: 2, flags: ["--no-liftoff"] },
  // The same compiler for a processor of before 2011.
  ...(process.arch === "x64" ? [{ mode: "portable", threads: 2, flags: ["--no-enable-avx"] } as const] : []),
];

/** Every twelfth example, once through: enough steps for any difference to spread to every weight. */
const SHORT = { every: 12, epochs: 1 };
const WHOLE = { every: 1, epochs: "auto" } as const;

/** Digests over short runs of support-bot's distill stage, cost over whole ones with two threads; takes some ten minutes. */
export async function measureDeterminism(): Promise<readonly Row[]> {
  const rows = await withWorkspace(SHORT, async (run) => [
    sameBytes("fast: two cold runs, 1, 2 and 4 threads, no memory arena", await inTurn(FAST, run)),
    sameBytes("portable: two cold runs, 1 and 2 threads, Liftoff, TurboFan, no AVX", await inTurn(PORTABLE, run)),
  ]);
  const costs = await withWorkspace(WHOLE, async (run) =>
    costRows(await run({ mode: "fast", threads: 2 }), await run({ mode: "portable", threads: 2 })),
  );
  return [...rows, ...costs];
}

function sameBytes(what: string, trials: readonly Trial[]): Row {
  const kinds = new Set(trials.map(({ files }) => JSON.stringify(files)));
  const digest = trials[0]?.files["adapter.json"]?.slice(0, 12) ?? "";
  return {
    what: `distil stage, ${what}`,
    aim: "equal digests",
    measured: kinds.size === 1 ? `${trials.length} runs, one digest: ${digest}` : `${kinds.size} different digests`,
    holds: kinds.size === 1,
  };
}

function costRows(fast: Trial, portable: Trial): Row[] {
  const ratio = portable.seconds / fast.seconds;
  return [
    {
      what: "support-bot distil stage, fast / portable, 2 threads",
      aim: "portable <= 8 min",
      measured: `${fast.seconds.toFixed(0)} s / ${(portable.seconds / 60).toFixed(1)} min`,
      holds: portable.seconds <= 480,
    },
    { what: "portable mode's cost", aim: "<= 6 x fast", measured: `${ratio.toFixed(1)} x`, holds: ratio <= 6 },
    {
      what: "peak memory of the process, fast / portable",
      aim: "–",
      measured: `${fast.megabytes.toFixed(0)} / ${portable.megabytes.toFixed(0)} MB`,
      holds: null,
    },
  ];
}

type Run = (variant: Variant) => Promise<Trial>;

async function inTurn(variants: readonly Variant[], run: Run): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const variant of variants) trials.push(await run(variant));
  return trials;
}

type Length = { readonly every: number; readonly epochs: number | "auto" };

/** A scratch workspace with support-bot in it; each run is a process of its own. */
async function withWorkspace<T>({ every, epochs }: Length, measure: (run: Run) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "kolm-bench-"));
  const folder = join(root, "tasks", TASK);
  try {
    await cp(join(ROOT, "kolm.workspace.yaml"), join(root, "kolm.workspace.yaml"));
    await cp(join(ROOT, "tasks", TASK), folder, { recursive: true });
    const rows = (await readFile(join(folder, "examples.jsonl"), "utf8")).split("\n").filter((row) => row !== "");
    const kept = rows.filter((_, place) => place % every === 0);
    await writeFile(join(folder, "examples.jsonl"), `${kept.join("\n")}\n`);
    const yaml = await readFile(join(folder, "task.yaml"), "utf8");
    return await measure(async ({ mode, threads, arena = true, flags = [] }) => {
      await writeFile(join(folder, "task.yaml"), withStudent(yaml, { mode, threads, epochs }));
      const trial = await runTrial({ root, task: TASK, base: BASE, arena }, flags);
      const words = [mode, `${threads} threads`, ...(arena ? [] : ["no arena"]), ...flags];
      process.stderr.write(`  ${words.join(", ")}: ${trial.seconds.toFixed(1)} s\n`);
      return trial;
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The task with further student options. */
function withStudent(yaml: string, options: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(options).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`);
  assert(yaml.includes("\nstudent:\n"), "support-bot has a student section");
  return yaml.replace("\nstudent:\n", `\nstudent:\n${lines.join("")}`);
}

async function runTrial(request: TrialRequest, flags: readonly string[]): Promise<Trial> {
  const words = [...flags, ...process.execArgv, join(import.meta.dirname, "trial.ts"), JSON.stringify(request)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout) as Trial;
}
