// This file is `kolm teach`: it asks a task's teacher, shows what that took, and records the answers for others to replay.
import { join } from "node:path";
import { writeFileAtomically } from "@kolm/format/node";
import { abortOnSignals, type Environment, openEnvironment } from "@kolm/nx";
import { findWorkspace, layoutOf } from "@kolm/stage";
import { baseline, OFFLINE, recordCassette, type Recording } from "@kolm/teach";
import type { Command } from "../command.ts";
import { requireTask, runStages, stageInputs, teachContext } from "../teaching.ts";

export const teach: Command = {
  name: "teach",
  summary: "Asks a task's teacher and shows what it took; nothing is asked twice.",
  operands: [{ name: "task", required: true, summary: "the task's name" }],
  flags: {
    record: { type: "boolean", summary: "also measure the baseline, and write all answers into the task's cassette" },
    offline: { type: "boolean", summary: "ask nothing: an answer that cassette and memo do not have is an error" },
  },
  examples: ["kolm teach support-bot", "kolm teach support-bot --record", "kolm teach support-bot --offline"],
  run: async ({ operands: [task = ""], flags }) => {
    const root = await findWorkspace(process.cwd());
    await requireTask(root, task);
    const opened = await openEnvironment(root, abortOnSignals());
    const environment = flags["offline"] === true ? withoutCalls(opened) : opened;
    try {
      await runStages(environment, task, ["spec", "teach"]);
      const recording = flags["record"] === true ? await record(environment, task) : undefined;
      const taught = await readTaught(environment, task);
      const recorded =
        recording === undefined ? {} : { cassette: pathOf(task, recording), requests: recording.requests };
      console.log(flags["json"] === true ? JSON.stringify({ task, ...taught, ...recorded }) : render(task, taught));
      if (recording && flags["json"] !== true)
        console.log(`  cassette   ${pathOf(task, recording)}: ${recording.requests} requests`);
      return 0;
    } finally {
      await opened.store.close();
    }
  },
};

function withoutCalls(environment: Environment): Environment {
  return { ...environment, secret: (name) => (name === OFFLINE ? "1" : environment.secret(name)) };
}

/** The stages run once more on the cassette, so that the next compile finds them done. */
async function record(environment: Environment, task: string): Promise<Recording> {
  const { options } = await teachContext(environment, task);
  const measures = baseline.applies?.(options) === true;
  if (measures) await runStages(environment, task, ["baseline"]);
  const recording = await recordCassette(await teachContext(environment, task));
  const path = join(layoutOf(environment.root).task(task), recording.path);
  await writeFileAtomically(path, [new TextEncoder().encode(recording.text)]);
  await runStages(environment, task, ["spec", "teach", ...(measures ? ["baseline"] : [])]);
  return recording;
}

const pathOf = (task: string, { path }: Recording): string => `tasks/${task}/${path}`;

type Ledger = {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly answers: { readonly valid: number; readonly invalid: number };
  readonly tokens: { readonly input: number; readonly output: number };
  readonly cost: string;
};
type Taught = { readonly ledger: Ledger; readonly rows: number; readonly written: number; readonly review: number };

async function readTaught(environment: Environment, task: string): Promise<Taught> {
  const inputs = stageInputs(environment, task);
  const count = async (path: string): Promise<number> => {
    const text = new TextDecoder().decode(await inputs.bytes(path));
    return text.split("\n").filter((line) => line !== "").length;
  };
  const ledger = await inputs.json<Ledger>("teach/ledger.json");
  const [rows, review] = [await count("teach/answers.jsonl"), await count("teach/review.jsonl")];
  return { ledger, rows, written: await count("teach/written.jsonl"), review };
}

function render(task: string, { ledger, rows, written, review }: Taught): string {
  const { provider, model, calls, answers, tokens, cost } = ledger;
  return [
    `${task}: taught by ${provider} ${model}`,
    `  rows       ${rows}${written === 0 ? "" : `, beside ${written} inputs written (teach/written.jsonl)`}`,
    `  answers    ${answers.valid} usable, ${answers.invalid} not`,
    `  calls      ${calls}, whichever run paid for them`,
    `  tokens     ${tokens.input} in, ${tokens.output} out`,
    `  cost       ${cost} USD`,
    `  to review  ${review}${review === 0 ? "" : ` (kolm review ${task})`}`,
  ].join("\n");
}
