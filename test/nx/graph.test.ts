// This file tests the projects and targets Nx is given, and that they follow from the stages' records.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createNodesV2, TASK_STEPS, upstreamOf } from "@kolm/nx";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;

before(async () => {
  workspace = await makeWorkspace({
    ...smallTask("greeter"),
    ...smallTask("taught", "teacher: {provider: recorded, file: answers.jsonl}\n"),
    "tasks/broken/task.yaml": "name: [",
  });
});
after(() => workspace[Symbol.asyncDispose]());

type Target = { dependsOn?: unknown[]; inputs?: unknown[]; outputs?: string[]; cache?: boolean; executor?: string };

async function targetsOf(task: string): Promise<Record<string, Target>> {
  const [, infer] = createNodesV2;
  const file = `tasks/${task}/task.yaml`;
  const context = { workspaceRoot: workspace.root, nxJsonConfiguration: {}, configFiles: [file] };
  const [result] = await infer([file], undefined, context);
  const project = result?.[1].projects?.[`tasks/${task}`];
  assert.equal(project?.name, task);
  // Nx types a target's inputs more widely than they are written here.
  return project?.targets as Record<string, Target>;
}

test("a task has a target for each stage of its plan, and no baseline where no teacher can be measured", async () => {
  assert.deepEqual(Object.keys(await targetsOf("greeter")), [
    "spec",
    "teach",
    "recipes",
    "distill",
    "recall",
    "verify",
    "seal",
    "compile",
  ]);
  assert.ok(Object.keys(await targetsOf("taught")).includes("baseline"));
});

test("a task whose file is broken still has its targets, so that spec can say what is wrong", async () => {
  assert.ok("spec" in (await targetsOf("broken")));
});

test("each stage depends on just the stages it reads from", async () => {
  const targets = await targetsOf("greeter");
  assert.deepEqual(targets["spec"]?.dependsOn, []);
  assert.deepEqual(targets["recipes"]?.dependsOn, ["spec", "teach"]);
  assert.deepEqual(targets["distill"]?.dependsOn, [{ projects: ["base-use-lite"], target: "base" }, "spec", "teach"]);
  assert.deepEqual(targets["compile"]?.dependsOn, ["seal"]);
});

test("each declared file of a stage is an input of its target", async () => {
  const targets = await targetsOf("taught");
  for (const { stage } of TASK_STEPS) {
    const inputs = JSON.stringify(targets[stage.name]?.inputs);
    for (const path of stage.reads.filter((path) => !/^(task|workspace|base-\w+)\//.test(path)))
      assert.ok(inputs.includes(path.replace(/^base\//, "use-lite/")), `${path} of ${stage.name}`);
  }
});

test("stages come after what they read", () => {
  const order = TASK_STEPS.map(({ stage }) => stage.name);
  for (const { stage } of TASK_STEPS) {
    for (const name of upstreamOf(stage).filter((one) => one !== "base"))
      assert.ok(order.indexOf(name) < order.indexOf(stage.name), `${name} before ${stage.name}`);
  }
});

test("seal and compile are left to the runner's own fingerprint, the rest to Nx's cache", async () => {
  const uncached = Object.entries(await targetsOf("taught")).filter(([, target]) => target.cache === false);
  assert.deepEqual(
    uncached.map(([name]) => name),
    ["seal", "compile"],
  );
});

test("the generator makes a task that the spec stage accepts", async () => {
  const made = await workspace.nx("g", "@kolm/nx:task", "router", "--labels=billing,technical", "--no-interactive");
  assert.equal(made.code, 0, made.stdout + made.stderr);
  const { code, stderr } = await workspace.kolm("stage", "spec", "router");
  assert.equal(code, 0, stderr);
});
