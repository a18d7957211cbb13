// This file opens a task's teaching for commands: its stages run in order, and what they read, without writing anything.
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { type Environment, runStep } from "@kolm/nx";
import { type Context, createRng, exists, folderInputs, type Inputs, layoutOf, type Report } from "@kolm/stage";
import { TeacherOptions } from "@kolm/teach";

/** KolmError TASK_MISSING for a task that is not there. */
export async function requireTask(root: string, task: string): Promise<void> {
  if (await exists(join(layoutOf(root).task(task), "task.yaml"))) return;
  throw new KolmError("TASK_MISSING", `there is no tasks/${task}/task.yaml`, {
    hint: `Make it with "npx nx g @kolm/nx:task ${task}".`,
  });
}

/** Runs stages of a task one after the other; progress goes to standard error. */
export async function runStages(environment: Environment, task: string, stages: readonly string[]): Promise<void> {
  for (const stage of stages) await runStep({ owner: task, stage, report: progressOf(stage) }, environment);
}

/** What the stages of a task wrote so far. */
export function stageInputs({ root, store }: Environment, task: string): Inputs {
  const layout = layoutOf(root);
  return folderInputs((owner) => (owner === "task" ? layout.task(task) : layout.stage(task, owner)), store);
}

/** The context of the teach stage, for looking: its outputs refuse every write. Spec must have run. */
export async function teachContext(environment: Environment, task: string): Promise<Context<TeacherOptions>> {
  const inputs = stageInputs(environment, task);
  const refuse = async (): Promise<never> => {
    throw new Error("invariant broken: a command only looks at what teaching takes");
  };
  return {
    task,
    options: TeacherOptions.parse(await inputs.json("spec/teacher.json")),
    inputs,
    outputs: { json: refuse, bytes: refuse, blob: refuse, artifact: refuse },
    rng: createRng(`task/${task}/teach`),
    report: () => {},
    signal: environment.signal,
    store: environment.store,
    secret: environment.secret,
    signer: refuse,
  };
}

/** One line at most a second, and the last. */
function progressOf(stage: string): Report {
  let last = 0;
  return ({ message, done, total }) => {
    const now = performance.now();
    if (last > 0 && now - last < 1000 && done !== total) return;
    last = now;
    process.stderr.write(`  ${stage}${done === undefined ? "" : ` ${done}/${total ?? "?"}`} ${message}\n`);
  };
}
