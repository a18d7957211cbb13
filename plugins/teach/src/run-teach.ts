// This file runs the teach stage: people's or the teacher's answers to the examples, and the ledger of what they took.
import { canonicalJson, type Contract } from "@kolm/format";
import { type Context, readSpecRows, type SpecRow } from "@kolm/stage";
import { type AnswerRow, humanAnswer, teacherAnswer } from "./answers.ts";
import { ask } from "./ask.ts";
import { type Ledger, writeLedger } from "./spend/ledger.ts";
import type { TeacherOptions } from "./options.ts";
import { createTeacher } from "./provider/index.ts";
import type { TeacherAnswer } from "./teacher.ts";

/** The body of the teach stage; KolmErrors name what is missing, refused or spent. */
export async function runTeach(context: Context<TeacherOptions>): Promise<void> {
  const { inputs, options } = context;
  const examples = await readSpecRows(inputs, "examples");
  if (options.provider === "labels") {
    const ledger = writeLedger({ name: { provider: "labels", model: "human" }, answers: [] });
    return write(context, examples.map(humanAnswer), ledger);
  }
  const contract = await inputs.json<Contract>("spec/contract.json");
  const { teacher, samples, price } = await createTeacher(context, contract);
  // People's word that an input is out of scope stands: it costs nothing, and a teacher may be too eager to answer.
  const inScope = examples.filter((row) => row.output !== null);
  const requests = inScope.flatMap(({ input }) => Array.from({ length: samples }, (_, sample) => ({ input, sample })));
  const asked = await ask(teacher, requests, context);
  const byId = new Map(inScope.map((row, at) => [row.id, asked.slice(at * samples, (at + 1) * samples)]));
  const rows = examples.map((row) => answerOf(row, byId.get(row.id)));
  return write(context, rows, writeLedger({ name: teacher.name, answers: asked, price }));
}

function answerOf(row: SpecRow, answers: readonly TeacherAnswer[] | undefined): AnswerRow {
  if (answers === undefined || answers.every(({ status }) => status === "missing")) return humanAnswer(row);
  return teacherAnswer(row, answers);
}

async function write({ outputs }: Context<TeacherOptions>, rows: readonly AnswerRow[], ledger: Ledger): Promise<void> {
  const lines = rows.map((row) => `${canonicalJson(row)}\n`);
  await outputs.bytes("answers.jsonl", new TextEncoder().encode(lines.join("")));
  await outputs.json("ledger.json", ledger);
}
