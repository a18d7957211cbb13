// This file runs one stage of one task or base, and makes missing blobs again by the stage that wrote them.
import { KolmError } from "@kolm/format";
import { type Outcome, type Report, runStage, type Stage } from "@kolm/stage";
import { baseNameOf, readOutline, readTaskOutline } from "../graph/outline.ts";
import { basesOf, planOf, TASK_STEPS, upstreamOf } from "../pipeline.ts";
import { runBase } from "./run-base.ts";
import type { Environment } from "./environment.ts";

export type StepRun = {
  readonly owner: string;
  readonly stage: string;
  readonly report: Report;
  readonly fresh?: boolean;
};

/** Runs or reuses the stage; `owner` is a task, or a base when the stage is "base". */
export async function runStep(run: StepRun, environment: Environment): Promise<Outcome> {
  try {
    return await runOnce(run, environment);
  } catch (error) {
    if (!(error instanceof KolmError) || error.code !== "BLOB_MISSING" || run.stage === "base") throw error;
    run.report({ message: "the store lost some bytes; making them again" });
    await runUpstream(run, environment);
    return runOnce(run, environment);
  }
}

async function runOnce({ owner, stage, report, fresh = false }: StepRun, environment: Environment): Promise<Outcome> {
  const ports = { ...environment, report, fresh };
  if (stage === "base") return runBase(owner, ports);
  const outline = await readOutline(environment.root);
  const sections = await readTaskOutline(environment.root, owner, outline);
  const plan = planOf(sections).map((step) => step.stage.name);
  const named = stageNamed(stage);
  const bases = { base: baseNameOf(sections, outline), bases: basesOf(named, sections) };
  const changed = environment.keepGoing && named.name === "recall" ? { changes: { unreadable: "skip" } } : {};
  return runStage({ stage: named, owner: { kind: "task", name: owner }, ...bases, plan, ...changed }, ports);
}

/** Every stage above this one, in order; those whose outputs are all there are left as they are. */
async function runUpstream(run: StepRun, environment: Environment): Promise<void> {
  const needed = new Set<string>();
  const visit = (stage: Stage): void => {
    for (const name of upstreamOf(stage)) {
      if (!needed.has(name) && name !== "base") visit(stageNamed(name));
      needed.add(name);
    }
  };
  visit(stageNamed(run.stage));
  const outline = await readOutline(environment.root);
  const sections = await readTaskOutline(environment.root, run.owner, outline);
  const base = baseNameOf(sections, outline);
  const further = Object.values(basesOf(stageNamed(run.stage), sections));
  for (const name of new Set([...(needed.has("base") && base !== undefined ? [base] : []), ...further]))
    await runOnce({ ...run, owner: name, stage: "base" }, environment);
  for (const { stage } of planOf(sections))
    if (needed.has(stage.name)) await runOnce({ ...run, stage: stage.name }, environment);
}

function stageNamed(name: string): Stage {
  const step = TASK_STEPS.find(({ stage }) => stage.name === name);
  if (step) return step.stage;
  throw new KolmError("STAGE_UNKNOWN", `there is no stage "${name}"`, {
    hint: `Stages: base, ${TASK_STEPS.map(({ stage }) => stage.name).join(", ")}.`,
  });
}
