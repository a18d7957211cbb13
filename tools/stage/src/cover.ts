// This file draws the cover of an artifact for a terminal: K, its axes with intervals, what was measured.
import { ABLATIONS, type Score } from "./score.ts";

const WIDTH = 20;

/** Plain text, one figure a line; colours are the caller's. */
export function renderCover(title: string, score: Score): string {
  const { k, axes, evals, gate, device } = score;
  const lines = [
    title,
    "",
    `  K ${k.value}   95 % [${k.lower}, ${k.upper}]   gate ${gate.floors.k}: ${gate.passed ? "passed" : "FAILED"}`,
    `  ${score.claim}`,
    "",
    axis(
      "accuracy",
      axes.accuracy.value,
      `${axes.accuracy.raw} [${axes.accuracy.rawLower}, ${axes.accuracy.rawUpper}] of ${evals.answered} answered`,
    ),
    axis(
      "coverage",
      axes.coverage.value,
      `${axes.coverage.raw} [${axes.coverage.rawLower}, ${axes.coverage.rawUpper}] of ${evals.inScope} in scope`,
    ),
    axis(
      "latency",
      axes.latency.value,
      `p95 ${milliseconds(axes.latency.p95Seconds)} on ${device.name} (cost model), ${against(axes.latency.baseline)}`,
    ),
    axis("cost", axes.cost.value, `${axes.cost.usdPer1000} USD per 1,000, ${against(axes.cost.baseline)}`),
    axis("size", axes.size.value, `${megabytes(axes.size.bytes)} of ${megabytes(axes.size.baseline)}`),
    "",
    ...Object.entries(score.fields).map(
      ([field, figures]) =>
        `  ${field.padEnd(12)} ${figures.accuracy} exact of ${figures.n}${"f1" in figures ? `, span F1 ${figures.f1}` : "macroF1" in figures ? `, macro F1 ${figures.macroF1}` : ""}`,
    ),
    ...(gate.golden.n > 0 ? [`  ${"golden".padEnd(12)} ${gate.golden.right} of ${gate.golden.n} right`] : []),
    ...ablation(score),
    ...gate.reasons.map((reason) => `  ✗ ${reason}`),
  ];
  return lines.join("\n");
}

function ablation(score: Score): string[] {
  const parts = score.ablation;
  if (!parts) return [];
  const rows = ABLATIONS.flatMap((name) => {
    const part = parts[name];
    return "absent" in part
      ? []
      : [`  ${`${name} alone`.padEnd(14)} accuracy ${part.accuracy}, coverage ${part.coverage}`];
  });
  return rows.length === 0 ? [] : ["", ...rows];
}

function axis(name: string, value: string, detail: string): string {
  const filled = Math.round(Number(value) * WIDTH);
  return `  ${name.padEnd(9)} ${value} ${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${detail}`;
}

const against = (baseline: string): string => (baseline === "none" ? "no baseline" : `teacher ${baseline}`);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const milliseconds = (seconds: string): string => `${(Number(seconds) * 1000).toFixed(1)} ms`;
