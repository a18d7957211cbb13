// This file writes the model card that is sealed beside the layers: what the artifact is for and how well it does, for people.
import { ABLATIONS, type Alone, type FieldScore, type Score } from "@kolm/stage";

/** As student.json states them: mean record scores of the same students on the same held-out rows. */
export type SmallerWeights = {
  readonly format: string;
  readonly rows: number;
  readonly fp32: string;
  readonly shipped: string;
};

export type Card = {
  readonly name: string;
  readonly version: string;
  readonly base: string | null;
  readonly description: string;
  readonly score: Score;
  /** Of a student whose weights are not float32; undefined for others. */
  readonly weights?: SmallerWeights | undefined;
};

/** Markdown; every figure comes from score.json, none from a clock. */
export function renderCard({ name, version, base, description, score, weights }: Card): string {
  const { k, axes, evals, gate, device, calibration } = score;
  return `# ${name} ${version}

${description.trim()}

Base: ${base ?? "none"} · device: ${device.name} · ${score.claim}.

## K-score ${k.value} (95 % interval ${k.lower} to ${k.upper})

| axis | value | measured | baseline |
| --- | --- | --- | --- |
| accuracy | ${axes.accuracy.value} | ${axes.accuracy.raw} [${axes.accuracy.rawLower}, ${axes.accuracy.rawUpper}] of ${evals.answered} answered | ${axes.accuracy.baseline} |
| coverage | ${axes.coverage.value} | ${axes.coverage.raw} [${axes.coverage.rawLower}, ${axes.coverage.rawUpper}] of ${evals.inScope} in scope | ${axes.coverage.baseline} |
| latency | ${axes.latency.value} | ${axes.latency.p95Seconds} s at p95 by the cost model | ${axes.latency.baseline} |
| cost | ${axes.cost.value} | ${axes.cost.usdPer1000} USD per 1,000 answers | ${axes.cost.baseline} |
| size | ${axes.size.value} | ${axes.size.bytes} bytes | ${axes.size.baseline} |

Gate: ${gate.passed ? "passed" : "failed"} (K ≥ ${gate.floors.k}, accuracy ≥ ${gate.floors.accuracy}); golden cases ${gate.golden.right} of ${gate.golden.n}.

## Fields

| field | rows | exact | detail |
| --- | --- | --- | --- |
${Object.entries(score.fields)
  .map(([field, figures]) => `| ${field} | ${figures.n} | ${figures.accuracy} | ${detail(figures)} |`)
  .join("\n")}

Expected calibration error of the confidence: ${calibration.ece} over ${calibration.n} answers.
${weightsSection(weights)}${ablationSection(score)}
## Limits

Measured on ${evals.n} held-out evals, ${evals.n - evals.inScope} of which must be abstained on. Inputs unlike them may be answered worse; an answer below the
confidence threshold is an abstention, never a guess.
`;
}

function detail(figures: FieldScore): string {
  if (figures.type === "text") return "exact or abstained";
  if (figures.type === "retrieval") return `first right or not; recall ${figures.recall}, nDCG@10 ${figures.ndcg}`;
  return "f1" in figures
    ? `precision ${figures.precision}, recall ${figures.recall}, F1 ${figures.f1}`
    : `macro F1 ${figures.macroF1}`;
}

function weightsSection(weights: SmallerWeights | undefined): string {
  if (weights === undefined) return "";
  const { format, rows, fp32, shipped } = weights;
  return `\nWeights: ${format}. On ${rows} held-out examples records score ${shipped} with them, ${fp32} with float32.\n`;
}

function ablationSection({ ablation }: Score): string {
  if (!ablation) return "";
  const rows = ABLATIONS.map((part) => `| ${part} | ${alone(ablation[part])} |`).join("\n");
  return `\n## What each part earns alone\n\n| part | accuracy | coverage |\n| --- | --- | --- |\n${rows}\n`;
}

function alone(part: Alone): string {
  return "absent" in part ? `${part.absent} | ` : `${part.accuracy} | ${part.coverage}`;
}
