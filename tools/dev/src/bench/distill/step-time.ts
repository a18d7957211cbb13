// This file measures a training step against the same step in PyTorch, after checking that both compute the same gradients.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch, Trainer } from "@kolm/onnx";
import type { Row } from "../bench.ts";
import { freeCores } from "./free-cores.ts";
import { type Lesson, LESSON, materialOf, openOurs, readBase } from "./step-lesson.ts";
import { openTorch, type Torch } from "./torch.ts";

const AIMS: Readonly<Record<number, number>> = { 1: 0.9, 2: 0.7 };
const PAIRS = 5;
const STEPS = 15;
/** CPU time over wall time of two spinning workers from which two cores count as free. */
const FREE = 1.9;
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
  const before = await freeCores();
  const ratios: { threads: number; row: Row }[] = [];
  for (const threads of Object.keys(AIMS).map(Number)) {
    const trainer = await openOurs(lesson, threads);
    ratios.push({ threads, row: ratioRow(threads, await alternate(torch, { trainer, batch: lesson.batch, threads })) });
    await trainer.close();
  }
  const after = await freeCores();
  const free = Math.min(before, after);
  const rows = ratios.map(({ row }) => (free >= FREE ? row : worthless(row)));
  return [
    {
      what: "two spinning workers, CPU time / wall time, before and after",
      aim: `>= ${FREE}`,
      measured: `${before.toFixed(2)}, ${after.toFixed(2)}`,
      holds: free >= FREE,
    },
    ...rows,
  ];
}

function worthless(row: Row): Row {
  return { ...row, measured: `${row.measured}; worthless: two cores were not free`, holds: null };
}

type Times = { readonly ours: readonly number[]; readonly theirs: readonly number[] };
type Setting = { readonly trainer: Trainer; readonly batch: Batch; readonly threads: number };

/** Milliseconds of each step: pairs of runs, ours first and theirs first in turn. */
async function alternate(torch: Torch, { trainer, batch, threads }: Setting): Promise<Times[]> {
  const pairs: Times[] = [];
  const runOurs = async (): Promise<number[]> => {
    await trainer.step(batch, 1);
    const times: number[] = [];
    for (let step = 0; step < STEPS; step++) {
      const start = performance.now();
      await trainer.step(batch, 1);
      times.push(performance.now() - start);
    }
    return times;
  };
  const runTheirs = (): Promise<readonly number[]> => torch.time(threads, STEPS);
  await runOurs();
  await runTheirs();
  for (let pair = 0; pair < PAIRS; pair++) {
    if (pair % 2 === 0) pairs.push({ ours: await runOurs(), theirs: await runTheirs() });
    else {
      const theirs = await runTheirs();
      pairs.push({ ours: await runOurs(), theirs });
    }
  }
  return pairs;
}

function ratioRow(threads: number, pairs: readonly Times[]): Row {
  const ours = median(pairs.map((pair) => median(pair.ours)));
  const theirs = median(pairs.map((pair) => median(pair.theirs)));
  const ratios = pairs.map((pair) => median(pair.ours) / median(pair.theirs));
  const aim = AIMS[threads] ?? NaN;
  const ratio = median(ratios);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const size = `${LESSON.rows} × ${LESSON.tokens} tokens, rank ${LESSON.rank}`;
  return {
    what: `training step / PyTorch's, ${threads} thread${threads === 1 ? "" : "s"}, ${size}`,
    aim: `<= ${aim}`,
    measured: `${ratio.toFixed(2)} [${range}]: ${ours.toFixed(0)} ms / ${theirs.toFixed(0)} ms, ${pairs.length} pairs`,
    holds: ratio <= aim,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
