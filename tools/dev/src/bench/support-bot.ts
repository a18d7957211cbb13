// This file measures the main job: a cold compile of support-bot with empty caches, the same again, and an answer's time.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, type Row } from "./bench.ts";
import { openEnvironment, planOf, runStep } from "@kolm/nx";
import { openFile } from "@kolm/runtime/node";
import { Score } from "@kolm/stage";

const ROOT = join(import.meta.dirname, "../../../..");

/** npm run bench -- support-bot */
export const supportBot: Bench = {
  name: "support-bot",
  summary: "cold compile, no-op compile, K, and the time of one answer",
  measure: async () => {
    const root = await mkdtemp(join(tmpdir(), "kolm-bench-"));
    try {
      await writeFile(join(root, "kolm.workspace.yaml"), await readFile(join(ROOT, "kolm.workspace.yaml")));
      await cp(join(ROOT, "tasks/support-bot"), join(root, "tasks/support-bot"), { recursive: true });
      const cold = await compile(root);
      const again = await compile(root);
      const score = Score.parse(
        JSON.parse(await readFile(join(root, ".kolm/tasks/support-bot/verify/score.json"), "utf8")),
      );
      const { accuracy, coverage } = score.axes;
      return [
        {
          what: "cold compile, all caches empty",
          aim: "< 300 s",
          measured: `${cold.total.toFixed(0)} s`,
          holds: cold.total < 300,
        },
        {
          what: "distil stage, cold",
          aim: "<= 90 s",
          measured: `${cold.distill.toFixed(0)} s`,
          holds: cold.distill <= 90,
        },
        {
          what: "peak memory of the process",
          aim: "<= 600 MB",
          measured: `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
          holds: process.resourceUsage().maxRSS / 1024 <= 600,
        },
        {
          what: "the same again, nothing changed",
          aim: "–",
          measured: `${(again.total * 1000).toFixed(0)} ms`,
          holds: null,
        },
        {
          what: "K",
          aim: ">= 0.70",
          measured: `${score.k.value} [${score.k.lower}, ${score.k.upper}]`,
          holds: Number(score.k.value) >= 0.7,
        },
        {
          what: "accuracy",
          aim: ">= 0.80",
          measured: `${accuracy.raw} [${accuracy.rawLower}, ${accuracy.rawUpper}]`,
          holds: Number(accuracy.raw) >= 0.8,
        },
        {
          what: "coverage",
          aim: "–",
          measured: `${coverage.raw} [${coverage.rawLower}, ${coverage.rawUpper}]`,
          holds: null,
        },
        {
          what: "expected calibration error",
          aim: "<= 0.05",
          measured: score.calibration.ece,
          holds: Number(score.calibration.ece) <= 0.05,
        },
        ...(await timeAnswers(join(root, "dist/support-bot.kolm"))),
      ];
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

async function compile(root: string): Promise<{ total: number; distill: number }> {
  const environment = await openEnvironment(root, new AbortController().signal);
  const start = performance.now();
  let distill = 0;
  try {
    await runStep({ owner: "use-lite", stage: "base", report: () => {} }, environment);
    for (const { stage } of planOf({})) {
      const from = performance.now();
      await runStep({ owner: "support-bot", stage: stage.name, report: () => {} }, environment);
      process.stderr.write(`  ${stage.name} ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
      if (stage.name === "distill") distill = (performance.now() - from) / 1000;
    }
  } finally {
    await environment.store.close();
  }
  return { total: (performance.now() - start) / 1000, distill };
}

async function timeAnswers(file: string): Promise<Row[]> {
  const start = performance.now();
  const runtime = await openFile(file);
  await runtime.answer("where is my order 10482?");
  const first = performance.now() - start;
  const times: number[] = [];
  for (let index = 0; index < 100; index++) {
    const from = performance.now();
    await runtime.answer(`can I still cancel order ${20_000 + index * 37}, I picked the wrong colour`);
    times.push(performance.now() - from);
  }
  await runtime.close();
  times.sort((a, b) => a - b);
  return [
    { what: "open, verify and first answer", aim: "–", measured: `${first.toFixed(0)} ms`, holds: null },
    {
      what: "warm answer p50 / p95",
      aim: "–",
      measured: `${(times[50] ?? 0).toFixed(1)} / ${(times[95] ?? 0).toFixed(1)} ms`,
      holds: null,
    },
  ];
}
