// This file is `kolm plan`: what teaching will take, looked up without a call.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { abortOnSignals, type Environment, openEnvironment } from "@kolm/nx";
import { exists, findWorkspace } from "@kolm/stage";
import { type Plan, type PlanPart, planTeaching } from "@kolm/teach";
import type { Command } from "../command.ts";
import { requireTask, runStages, teachContext } from "../teaching.ts";

export const plan: Command = {
  name: "plan",
  summary: "Says what teaching will take: known answers, calls, tokens, dollars, minutes; calls nothing.",
  operands: [{ name: "task", required: false, summary: "the task's name; all tasks without it" }],
  flags: {},
  examples: ["kolm plan", "kolm plan support-bot --json"],
  run: async ({ operands: [task], flags }) => {
    const root = await findWorkspace(process.cwd());
    if (task !== undefined) await requireTask(root, task);
    const environment = await openEnvironment(root, abortOnSignals());
    try {
      const plans: Plan[] = [];
      for (const name of task === undefined ? await tasksOf(root) : [task])
        plans.push(await planOne(environment, name));
      if (flags["json"] === true) console.log(JSON.stringify(task === undefined ? { plans } : plans[0]));
      else console.log(plans.map(render).join("\n\n"));
      return 0;
    } finally {
      await environment.store.close();
    }
  },
};

async function planOne(environment: Environment, task: string): Promise<Plan> {
  await runStages(environment, task, ["spec"]);
  return planTeaching(await teachContext(environment, task));
}

async function tasksOf(root: string): Promise<string[]> {
  const names = await readdir(join(root, "tasks")).catch(() => []);
  const tasks: string[] = [];
  for (const name of names.sort(byCodeUnits))
    if (await exists(join(root, "tasks", name, "task.yaml"))) tasks.push(name);
  return tasks;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);

const PARTS = [
  ["write", "write inputs"],
  ["label", "label"],
  ["candidates", "programs"],
  ["measure", "measure"],
] as const;

function render({ task, provider, model, parts, total, unwritten, minutes, budget, guessed }: Plan): string {
  if (total.questions === 0) return `${task}: ${provider} ${model}, nothing to ask`;
  const rows = PARTS.filter(([name]) => parts[name].questions > 0).map(([name, words]) => line(words, parts[name]));
  const time = minutes === null ? "in batches, within a day" : `about ${minutes} minutes`;
  return [
    `${task}: ${provider} ${model}`,
    ...rows,
    line("in all", total),
    `  paid so far ${total.usd.paid} USD; still about ${total.usd.expected} USD, at the very worst ${total.usd.worst} USD`,
    `  still about ${total.tokens.expected.input} tokens in, ${total.tokens.expected.output} out, ${time}`,
    ...(budget === null ? [] : [`  budget ${budget} USD: ${fits(total, Number(budget))}`]),
    ...(unwritten > 0 ? [`  then up to ${unwritten} questions more, about inputs that are yet to be written`] : []),
    ...(guessed ? ["  no answer is known yet, so lengths and times are guesses"] : []),
  ].join("\n");
}

/** Only for the reader: the teacher itself counts exactly. */
function fits({ usd: { paid, expected, worst } }: PlanPart, budget: number): string {
  if (Number(paid) + Number(worst) <= budget) return "holds even the worst case";
  return Number(paid) + Number(expected) <= budget ? "holds what is expected" : "does not hold what is expected";
}

function line(words: string, { questions, known, calls }: PlanPart): string {
  return `  ${words.padEnd(13)} ${questions} questions: ${known} known, ${calls} calls to make`;
}
