// This file measures a training step against the same step in PyTorch, after checking that both compute the same gradients.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch, Trainer } from "@kolm/onnx";
import type { Row } from "../bench.ts";
import { busyTime, freeCores } from "./free-cores.ts";
import { type Lesson, LESSON, materialOf, openOurs, readBase } from "./step-lesson.ts";
import { openTorch, type Run, type Torch } from "./torch.ts";

const AIMS: Readonly<Record<number, number>> = { 1: 0.9, 2: 0.7 };
const PAIRS = 5;
const MOST_PAIRS = 12;
const STEPS = 15;
/** CPU time over wall time of two spinning workers from which two cores count as free. */
const FREE = 1.9;
/** Cores that others may take during the runs, which the spinning workers do not see. */
const TAKEN = 0.1;
const WORST_GRADIENT = 1e-3;

/** npm run bench -- distill step-time; KOLM_PYTHON names a Python with PyTorch (default: the system's). */
export async function measureStepTime(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "kolm-bench-"));
  try {
    const lesson = await readBase(folder);
    const file = join(folder, "material.safetensors");
    const { bytes, loss } = await materialOf(lesson);
    await writeFile(file, bytes);
    const torch = await openTorch(file);
    if (typeof torch === "string") return [skipped(torch)];
    try {
      return [...(await checkRows(torch, loss)), ...(await timeRows(torch, lesson))];
    } finally {
      torch.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function skipped(why: string): Row {
  return {
    what: "training step against PyTorch",
    aim: "–",
    measured: `not measured: ${why} (Debian: apt install python3-torch libopenblas0-openmp)`,
    holds: null,
  };
}

async function checkRows(torch: Torch, loss: number): Promise<Row[]> {
  const { version, blas } = await torch.about();
  const check = await torch.check();
  const [name = "", error = NaN] = Object.entries(check.worst).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return [
    { what: "the yardstick", aim: "–", measured: `PyTorch ${version}, ${blas}`, holds: null },
    {
      what: "gradients of all adapters and heads against PyTorch's, worst relative error",
      aim: `<= ${WORST_GRADIENT.toExponential(0)}`,
      measured: `${error.toExponential(1)} (${name}); losses ${loss.toFixed(6)}, ${check.loss.toFixed(6)}`,
      holds: error <= WORST_GRADIENT && Math.abs(loss - check.loss) <= 1e-4,
    },
  ];
}

async function timeRows(torch: Torch, lesson: Lesson): Promise<Row[]> {
  const rows: Row[] = [];
  for (const threads of Object.keys(AIMS).map(Number)) {
    const trainer = await openOurs(lesson, threads);
    const pairs = await alternate(torch, { trainer, batch: lesson.batch, threads });
    await trainer.close();
    rows.push(freeRow(threads, pairs), ratioRow(threads, pairs));
  }
  return rows;
}

type Pair = {
  readonly ours: Run;
  readonly theirs: Run;
  /** CPU time over wall time of two spinning workers, the lesser of before and after. */
  readonly free: number;
  /** CPU time that other processes took during the runs, in cores. */
  readonly taken: number;
};
type Setting = { readonly trainer: Trainer; readonly batch: Batch; readonly threads: number };

/** Milliseconds of each step, ours first and theirs first in turn, until enough pairs had two cores to themselves. */
async function alternate(torch: Torch, { trainer, batch, threads }: Setting): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const runOurs = (): Promise<Run> => timeSteps(trainer, batch);
  const runTheirs = (): Promise<Run> => torch.time(threads, STEPS);
  await runOurs();
  await runTheirs();
  let before = await freeCores();
  while (pairs.length < MOST_PAIRS && pairs.filter(isFree).length < PAIRS) {
    const [start, busy] = [performance.now(), busyTime()];
    const oursFirst = pairs.length % 2 === 0 ? await runOurs() : undefined;
    const theirs = await runTheirs();
    const ours = oursFirst ?? (await runOurs());
    const taken = (busyTime() - busy - ours.cpu - theirs.cpu) / (performance.now() - start);
    const after = await freeCores();
    pairs.push({ ours, theirs, free: Math.min(before, after), taken });
    before = after;
  }
  return pairs;
}

async function timeSteps(trainer: Trainer, batch: Batch): Promise<Run> {
  const before = process.cpuUsage();
  await trainer.step(batch, 1);
  const milliseconds: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const start = performance.now();
    await trainer.step(batch, 1);
    milliseconds.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  return { milliseconds, cpu: (user + system) / 1000 };
}

function isFree({ free, taken }: Pair): boolean {
  return free >= FREE && taken <= TAKEN;
}

function freeRow(threads: number, pairs: readonly Pair[]): Row {
  const quiet = pairs.filter(isFree).length;
  const most = Math.max(...pairs.map(({ taken }) => taken)).toFixed(2);
  const least = Math.min(...pairs.map(({ free }) => free)).toFixed(2);
  return {
    what: `two free cores around each pair of runs, ${wordsOf(threads)} (two spinning workers, CPU time / wall time)`,
    aim: `>= ${FREE}, others <= ${TAKEN}: ${PAIRS} pairs`,
    measured: `${quiet} of ${pairs.length} pairs; least ${least}; others took up to ${most} cores during the runs`,
    holds: quiet >= PAIRS,
  };
}

/** Pairs without two free cores are left out; with too few others the figure says that it is worthless. */
function ratioRow(threads: number, all: readonly Pair[]): Row {
  const quiet = all.filter(isFree);
  const isWorthless = quiet.length < PAIRS;
  const pairs = isWorthless ? all : quiet;
  const ours = median(pairs.map((pair) => median(pair.ours.milliseconds)));
  const theirs = median(pairs.map((pair) => median(pair.theirs.milliseconds)));
  const ratios = pairs.map((pair) => median(pair.ours.milliseconds) / median(pair.theirs.milliseconds));
  const aim = AIMS[threads] ?? NaN;
  const ratio = median(ratios);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const figure = `${ratio.toFixed(2)} [${range}]: ${ours.toFixed(0)} ms / ${theirs.toFixed(0)} ms`;
  return {
    what: `training step / PyTorch's, ${wordsOf(threads)}, ${LESSON.rows} × ${LESSON.tokens} tokens, rank ${LESSON.rank}`,
    aim: `<= ${aim}`,
    measured: isWorthless ? `${figure}; worthless: two cores were not free` : figure,
    holds: isWorthless ? null : ratio <= aim,
  };
}

function wordsOf(threads: number): string {
  return `${threads} thread${threads === 1 ? "" : "s"}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
