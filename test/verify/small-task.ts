// This file holds a task of ten evals whose every figure can be worked out by hand, and runs verify on it.
import assert from "node:assert/strict";
import type { Contract, FieldValue, Output } from "@kolm/format";
import type { Answer, FieldAnswer } from "@kolm/runtime";
import { Score } from "@kolm/stage";
import type { Report } from "@kolm/verify";
import { run } from "../../plugins/verify/src/run.ts";
import { fakeContext, fakePorts, type FakeTask } from "./fake-context.ts";

export const contract: Contract = {
  input: { type: "text", maxLength: 1000 },
  output: { intent: { type: "enum", values: ["buy", "quit"] }, order: { type: "span" } },
};
export const row = (id: string, input: string, output: Output | null) => ({ id, input, output });
const buy: Output = { intent: "buy", order: null };
export const quit: Output = { intent: "quit", order: null };

/** Ten evals: 8 in scope. */
export const EVALS = [
  ...["one", "two", "three", "four", "five"].map((word) => row(word, `buy ${word} zzz`, buy)),
  ...["six", "seven", "eight"].map((word) => row(word, `quit ${word} qqq`, quit)),
  row("nine", "what a day", null),
  row("ten", "how are you", null),
];
const WORK = { macs: 2e8, recipeSteps: 0, probes: 0 };

/** Right but for "five" (wrong), "eight" (abstained) and "ten" (answered out of scope). */
function answer(input: string, { recipes, student }: { recipes: boolean; student: boolean }): Answer {
  const byRecipe = recipes && input.includes("one");
  if (!byRecipe && !student) return { ...given(null, 0), path: "none", work: { ...WORK, macs: 0 } };
  if (input.includes("eight") || input.includes("day"))
    return { ...given(null, 0.4), fields: { intent: field("quit"), order: field(null) } };
  if (byRecipe)
    return {
      ...given(buy, 1),
      fields: { intent: field("buy", "recipe") },
      path: "recipe",
      work: { macs: 0, recipeSteps: 100, probes: 0 },
    };
  if (input.includes("five") || input.includes("quit")) return given(quit, 0.9);
  return given(buy, 0.8);
}
const field = (value: FieldValue, path: FieldAnswer["path"] = "student"): FieldAnswer => ({
  value,
  confidence: 0.4,
  path,
});
export const given = (output: Output | null, confidence: number): Answer => ({
  output,
  abstained: output === null,
  confidence,
  fields: output === null ? {} : { intent: field(output["intent"] ?? null) },
  path: "student",
  work: WORK,
});

const TASK: FakeTask = {
  contract,
  examples: [row("x1", "buy zzzz now", buy), row("x2", "qqqq quit", quit)],
  evals: EVALS,
  golden: [row("g1", "quit at once", quit), row("g2", "buy a day", buy)],
  files: {
    "distill/student.json": "{}",
    "distill/adapter_config.json": "{}",
    "recipes/pack.json": "[]",
    // Left behind by an earlier run; they must count for nothing.
    "verify/score.json": "{}",
    "seal/card.md": "old",
  },
};

export async function verified(changes: Partial<FakeTask> = {}, ports = fakePorts(answer)) {
  const { context, written, said } = fakeContext({ ...TASK, ...changes });
  await run(context, ports);
  const [score, report] = ["score.json", "report.json"].map((path) => written.get(path) ?? new Uint8Array());
  assert.ok(score && report);
  return {
    bytes: { score, report },
    score: Score.parse(JSON.parse(new TextDecoder().decode(score))),
    report: JSON.parse(new TextDecoder().decode(report)) as Report,
    said,
  };
}

/** A teacher that is right but for the first eval and has no valid answer to the second. */
export const MEASURED = {
  baseline: "measured",
  provider: "openai",
  model: "gpt-5",
  p95LatencyMs: 11,
  costPer1000: "0.0005",
  rows: EVALS.map(({ id, output }, index) => ({ id, output: index === 0 ? quit : output, valid: index !== 1 })),
};
