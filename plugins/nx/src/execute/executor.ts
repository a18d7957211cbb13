// This file is the executor Nx calls: it runs all stages of a batch in one process, each after what it reads.
import { type ExecutorContext, type TaskGraph, workspaceRoot } from "@nx/devkit";
import { describeError } from "@kolm/stage";
import { abortOnSignals, type Environment, openEnvironment } from "./environment.ts";
import { runStep } from "./run-step.ts";
import { summarise } from "./summary.ts";

type Options = { readonly stage: string };
/** What Nx takes from a batch executor for one task. */
type Result = {
  readonly success: boolean;
  readonly status?: "skipped";
  readonly terminalOutput: string;
  readonly startTime?: number;
  readonly endTime?: number;
};
type Finished = { readonly task: string; readonly result: Result };

/** Runs one stage in its own process. */
export default async function executor({ stage }: Options, context: ExecutorContext): Promise<{ success: boolean }> {
  const environment = await openEnvironment(context.root, abortOnSignals());
  try {
    const { result } = await runTask(
      { id: `${context.projectName}:${stage}`, project: context.projectName ?? "", stage },
      environment,
    );
    console.log(result.terminalOutput);
    return { success: result.success };
  } finally {
    await environment.store.close();
  }
}

/** Runs a batch, yielding each result as it comes; what depends on a failure is skipped. */
export async function* batch(graph: TaskGraph, options: Readonly<Record<string, Options>>): AsyncGenerator<Finished> {
  const environment = await openEnvironment(workspaceRoot, abortOnSignals());
  const failed = new Set<string>();
  try {
    for (const id of inOrder(graph)) {
      const { project, target } = graph.tasks[id]?.target ?? { project: "", target: "" };
      const blocked = (graph.dependencies[id] ?? []).find((dependency) => failed.has(dependency));
      const finished =
        blocked === undefined
          ? await runTask({ id, project, stage: options[id]?.stage ?? target }, environment)
          : skipped(id, blocked);
      if (!finished.result.success) failed.add(id);
      yield finished;
    }
  } finally {
    await environment.store.close();
  }
}

async function runTask(
  { id, project, stage }: { id: string; project: string; stage: string },
  environment: Environment,
): Promise<Finished> {
  const startTime = Date.now();
  const owner = stage === "base" ? project.replace(/^base-/, "") : project;
  const finish = (success: boolean, text: string): Finished => ({
    task: id,
    result: { success, terminalOutput: `${text}\n`, startTime, endTime: Date.now() },
  });
  try {
    environment.signal.throwIfAborted();
    const { status } = await runStep(
      { owner, stage, report: progressOf(id), fresh: process.env["NX_SKIP_NX_CACHE"] === "true" },
      environment,
    );
    return finish(
      true,
      await summarise({ id, owner, stage, status, milliseconds: Date.now() - startTime }, environment),
    );
  } catch (error) {
    return finish(false, describeError(error));
  }
}

/** Progress lines on standard error, at most one a second for one stage. */
function progressOf(id: string): (progress: { message: string; done?: number; total?: number }) => void {
  let last = 0;
  return ({ message, done, total }) => {
    const now = Date.now();
    if (now - last < 1000 && done !== total) return;
    last = now;
    const share = done === undefined || total === undefined ? "" : ` ${done}/${total}`;
    process.stderr.write(`  ${id}${share} ${message}\n`);
  };
}

function skipped(id: string, because: string): Finished {
  return {
    task: id,
    result: { success: false, status: "skipped", terminalOutput: `skipped, because ${because} failed\n` },
  };
}

/** Task ids, each after all it depends on within the batch. */
function inOrder(graph: TaskGraph): string[] {
  const order: string[] = [];
  const visit = (id: string): void => {
    if (order.includes(id) || !graph.tasks[id]) return;
    for (const dependency of graph.dependencies[id] ?? []) visit(dependency);
    order.push(id);
  };
  for (const id of Object.keys(graph.tasks).sort()) visit(id);
  return order;
}
