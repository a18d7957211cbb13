// This file is `kolm review`: the inputs on which the teacher contradicts people or itself, or programs differ, and settling them.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Contract, KolmError, type Output } from "@kolm/format";
import { writeFileAtomically } from "@kolm/format/node";
import { abortOnSignals, type Environment, openEnvironment } from "@kolm/nx";
import { findWorkspace, layoutOf, parseRows, yamlSections } from "@kolm/stage";
import type { Question } from "@kolm/recipes";
import type { ReviewRow } from "@kolm/teach";
import type { Command } from "../command.ts";
import { asRow, settleRow, type Settled } from "../examples-file.ts";
import { requireTask, stageInputs } from "../teaching.ts";

export const review: Command = {
  name: "review",
  summary:
    "Shows where a task's teacher contradicts people or itself, or its programs differ, and settles what is right.",
  operands: [{ name: "task", required: true, summary: "the task's name; teach must have run" }],
  flags: {
    top: { type: "string", value: "<n>", summary: "how many rows to show (default 20)" },
    accept: { type: "string", value: "<id>", summary: "write the teacher's answer into the examples" },
    keep: { type: "string", value: "<id>", summary: "write people's label as settled into the examples" },
    label: { type: "string", value: "<json>", summary: "with --accept: write this answer instead" },
  },
  examples: [
    "kolm review support-bot",
    "kolm review support-bot --accept 1f0c2e8a77b1",
    `kolm review support-bot --accept 1f0c2e8a77b1 --label '{"intent": "refund", "order": null}'`,
  ],
  run: async ({ operands: [task = ""], flags }) => {
    const root = await findWorkspace(process.cwd());
    await requireTask(root, task);
    const environment = await openEnvironment(root, abortOnSignals());
    try {
      const rows = await readReview(environment, task);
      const decision = decisionOf(flags, rows);
      const json = flags["json"] === true;
      if (decision === undefined) show(task, rows, { json, top: readTop(flags["top"]) });
      else await settle(environment, { task, decision, json });
      return 0;
    } finally {
      await environment.store.close();
    }
  },
};

/** A row of the teacher's list, or a question of the recipes': programs that fit the examples give different texts. */
type Disputed = Pick<ReviewRow, "id" | "input" | "label" | "answer" | "votes" | "score" | "note"> & {
  readonly why: ReviewRow["why"] | "programs";
};

async function readReview(environment: Environment, task: string): Promise<Disputed[]> {
  const inputs = stageInputs(environment, task);
  if (!(await inputs.has("teach/review.jsonl"))) {
    throw new KolmError("INPUT_MISSING", `${task} has no review list yet`, { hint: `Run "kolm teach ${task}" first.` });
  }
  const read = async (path: string): Promise<string[]> =>
    new TextDecoder()
      .decode(await inputs.bytes(path))
      .split("\n")
      .filter((line) => line !== "");
  // The teach and the recipes stage wrote them.
  const rows = (await read("teach/review.jsonl")).map((line) => JSON.parse(line) as ReviewRow);
  if (!(await inputs.has("recipes/review.jsonl"))) return rows;
  const questions = (await read("recipes/review.jsonl")).map((line) => asDisputed(JSON.parse(line) as Question));
  return [...rows, ...questions];
}

function asDisputed({ id, input, why, field, texts, score }: Question): Disputed {
  const outputs = texts.map((text) => (text === null ? null : { [field]: text }));
  const votes = outputs.map((output) => ({ output, count: 1 }));
  return { id, input, why, answer: outputs[0] ?? null, votes, score: Number(score) };
}

type Flags = Readonly<Record<string, string | boolean | undefined>>;
type Decision = Settled & { readonly id: string };

function decisionOf({ accept, keep, label }: Flags, rows: readonly Disputed[]): Decision | undefined {
  if (accept === undefined && keep === undefined) {
    if (label === undefined) return undefined;
    throw new KolmError("USAGE", "--label needs --accept <id>, the row it is the answer to");
  }
  if (accept !== undefined && keep !== undefined)
    throw new KolmError("USAGE", "--accept and --keep are two answers to one question");
  const id = String(accept ?? keep);
  const row = rows.find((one) => one.id === id);
  if (row === undefined) {
    throw new KolmError("REVIEW_UNKNOWN", `no row to review has the id ${id}`, {
      hint: "The ids stand in the first column of kolm review <task>.",
    });
  }
  const { input } = row;
  if (typeof label === "string") return { id, input, output: readLabel(label) };
  const output = accept === undefined ? row.label : row.answer;
  if (output !== undefined) return { id, input, output: asRow(output, input) };
  throw new KolmError(
    "REVIEW_UNANSWERED",
    `${id} has no ${accept === undefined ? "label by people" : "usable answer"}`,
    {
      hint: `Say what is right: --accept ${id} --label '<json>'.`,
    },
  );
}

function readLabel(label: string): Settled["output"] {
  try {
    // Checked against the contract before anything is written.
    return JSON.parse(label) as Settled["output"];
  } catch (cause) {
    throw new KolmError("USAGE", `--label is no JSON: ${label}`, {
      cause,
      hint: `For example --label '{"intent": "refund"}', or null where the right answer is to abstain.`,
    });
  }
}

type Settling = { readonly task: string; readonly decision: Decision; readonly json: boolean };

async function settle(environment: Environment, { task, decision, json }: Settling): Promise<void> {
  const { id, input, output } = decision;
  const contract = await stageInputs(environment, task).json<Contract>("spec/contract.json");
  parseRows(JSON.stringify({ input, output }), "--label", contract);
  const folder = layoutOf(environment.root).task(task);
  const { examples } = yamlSections(await readFile(join(folder, "task.yaml"), "utf8"));
  const file = typeof examples === "string" ? examples : "examples.jsonl";
  const path = join(folder, file);
  const { text, line } = settleRow(await readFile(path, "utf8"), decision);
  await writeFileAtomically(path, [new TextEncoder().encode(text)], { mode: (await stat(path)).mode & 0o777 });
  const place = `tasks/${task}/${file}:${line}`;
  if (json) console.log(JSON.stringify({ id, place, input, output }));
  else console.log(`settled ${id}: ${place}\n  ${JSON.stringify(output)}\n  the next compile learns from it`);
}

type Showing = { readonly json: boolean; readonly top: number };

function show(task: string, rows: readonly Disputed[], { json, top }: Showing): void {
  if (json) return console.log(JSON.stringify({ task, rows }));
  if (rows.length === 0) return console.log(`${task}: nothing to review`);
  const more = rows.length > top ? `\n… and ${rows.length - top} more (--top ${rows.length})` : "";
  const hint = `\n\nkolm review ${task} --accept <id>   the teacher, or the simplest program, is right\nkolm review ${task} --keep <id>     people are right\nkolm review ${task} --accept <id> --label '<json>'   this is right`;
  console.log(rows.slice(0, top).map(describe).join("\n") + more + hint);
}

const REASONS = {
  human: "people say otherwise",
  checks: "no usable answer",
  self: "the teacher is divided",
  programs: "programs that fit the examples differ",
} as const;

function describe({ id, input, why, score, label, answer, votes, note }: Disputed): string {
  const said = (output: Output | null | undefined): string => JSON.stringify(asRow(output ?? null, input));
  const split = votes.length > 1 ? votes.map(({ output, count }) => `${said(output)} × ${count}`) : [];
  return [
    `${id}  ${REASONS[why]} (${score.toFixed(2)})`,
    `  ${JSON.stringify(input.length > 160 ? `${input.slice(0, 159)}…` : input)}`,
    ...(label === undefined ? [] : [`  people   ${said(label)}`]),
    ...(answer === undefined ? [] : [`  ${why === "programs" ? "simplest" : "teacher "} ${said(answer)}`]),
    ...(split.length > 0 ? [`  votes    ${split.join(", ")}`] : []),
    ...(note === undefined ? [] : [`  ${note}`]),
  ].join("\n");
}

function readTop(top: string | boolean | undefined): number {
  const count = top === undefined ? 20 : Number(top);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new KolmError("USAGE", `--top takes a whole number from 1, found ${JSON.stringify(top)}`);
}
