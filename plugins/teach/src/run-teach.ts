// This file runs the teach stage: writes inputs, asks about all, counts the votes, and puts down answers, disputes, programs and ledger.
import { canonicalJson, type Contract } from "@kolm/format";
import { type Context, readSpecRows } from "@kolm/stage";
import { type AnswerRow, firstNote, humanAnswer, teacherAnswer } from "./answers.ts";
import { ask } from "./ask.ts";
import { type CandidateRow, writeCandidates } from "./candidates/ask.ts";
import { readJobs as readCandidateJobs } from "./candidates/jobs.ts";
import { openTeacher } from "./open-teacher.ts";
import type { TeacherOptions } from "./options.ts";
import { type Ledger, writeLedger } from "./spend/ledger.ts";
import { readSubjects, requestsFor, type Subject, writtenSubjects } from "./subjects.ts";
import type { Composed, TeacherAnswer } from "./teacher.ts";
import { countVotes, verified, type Vote } from "./vote/ballot.ts";
import { type Checker, checker } from "./vote/check.ts";
import { type Judged, reviewList, type ReviewRow } from "./vote/review.ts";
import { voterWeights } from "./vote/weights.ts";
import { readJobs } from "./write/jobs-of-task.ts";
import { writeInputs, type WrittenRow } from "./write/write.ts";

/** The body of the teach stage; KolmErrors name what is missing, refused or spent. */
export async function runTeach(context: Context<TeacherOptions>): Promise<void> {
  const { inputs, options } = context;
  const contract = await inputs.json<Contract>("spec/contract.json");
  const check = checker(options.checks ?? [], contract);
  if (options.provider === "labels") return passLabels(context, check);
  const { teacher, samples, price } = await openTeacher(context, contract);
  const given = await readSubjects(inputs);
  const jobs = await readJobs(context, given);
  const programJobs = await readCandidateJobs(context, contract, given);
  const { maxLength } = contract.input;
  const { rows: written, composed } = await writeInputs(teacher, jobs, { known: given, maxLength, context });
  const subjects = [...given, ...writtenSubjects(written)];
  const asked = await ask(teacher, requestsFor(subjects, samples), context);
  const programs = await writeCandidates(teacher, programJobs, context);
  const judged = judge(subjects, ballotsOf(asked, samples), { check, options });
  await write(context, {
    answers: judged.map(({ row }) => row),
    review: reviewList(judged.flatMap(({ disputed }) => disputed ?? [])),
    written,
    candidates: programs.rows,
    ledger: writeLedger({
      name: teacher.name,
      answers: [...asked, ...[...composed, ...programs.composed].map(asAnswer)],
      price,
    }),
  });
}

/** People's labels are the answers; those that break a check are for review. */
async function passLabels(context: Context<TeacherOptions>, check: Checker): Promise<void> {
  const examples = await readSpecRows(context.inputs, "examples");
  const broken = examples.flatMap(({ id, input, output, reviewed }): Judged[] => {
    const note = reviewed ? undefined : check(output);
    return note === undefined ? [] : [{ id, input, from: "examples", label: output, votes: [], samples: 0, note }];
  });
  const ledger = writeLedger({ name: { provider: "labels", model: "human" }, answers: [] });
  await write(context, {
    answers: examples.map(humanAnswer),
    review: reviewList(broken),
    written: [],
    candidates: [],
    ledger,
  });
}

/** What was composed stands in the ledger like an answer. */
function asAnswer(composed: Composed): TeacherAnswer {
  if (composed.status === "invalid") return composed;
  return { status: "valid", output: null, calls: composed.calls };
}

function ballotsOf(asked: readonly TeacherAnswer[], samples: number): TeacherAnswer[][] {
  return Array.from({ length: asked.length / samples }, (_, at) => asked.slice(at * samples, (at + 1) * samples));
}

type Judgement = { readonly row: AnswerRow; readonly disputed?: Judged };
type Rules = { readonly check: Checker; readonly options: Exclude<TeacherOptions, { provider: "labels" }> };

/** A row for each subject, in their order; ballots are those of the subjects that are not settled. */
function judge(
  subjects: readonly Subject[],
  ballots: readonly (readonly TeacherAnswer[])[],
  { check, options }: Rules,
): Judgement[] {
  const checked = ballots.map((answers) => verified(answers, check));
  const weights = options.vote === "weighted" ? voterWeights(checked, ballots[0]?.length ?? 0) : undefined;
  const next = checked.values();
  return subjects.map((subject) => {
    const answers = subject.settled ? undefined : next.next().value;
    if (answers === undefined || (isLabelled(subject) && answers.every(({ status }) => status === "missing")))
      return { row: labelRow(subject) };
    const votes = countVotes(answers, { check, weights });
    const keeps = options.humanLabels === "keep" && isLabelled(subject);
    const row = keeps ? labelRow(subject) : teacherAnswer(subject, answers, votes);
    return { row, disputed: judgedOf(subject, answers, votes) };
  });
}

const isLabelled = ({ label }: Subject): boolean => label !== undefined;
const labelRow = ({ id, input, label = null }: Subject): AnswerRow => humanAnswer({ id, input, output: label });

function judgedOf(
  { id, input, from, label }: Subject,
  answers: readonly TeacherAnswer[],
  votes: readonly Vote[],
): Judged {
  const samples = answers.filter(({ status }) => status === "valid").length;
  const labelled = label === undefined ? {} : { label };
  return { id, input, from, ...labelled, votes, samples, ...(samples === 0 ? { note: firstNote(answers) } : {}) };
}

type Lessons = {
  readonly answers: readonly AnswerRow[];
  readonly review: readonly ReviewRow[];
  readonly written: readonly WrittenRow[];
  readonly candidates: readonly CandidateRow[];
  readonly ledger: Ledger;
};

async function write(
  { outputs }: Context<TeacherOptions>,
  { answers, review, written, candidates, ledger }: Lessons,
): Promise<void> {
  const lines = (rows: readonly unknown[]): Uint8Array =>
    new TextEncoder().encode(rows.map((row) => `${canonicalJson(row)}\n`).join(""));
  await outputs.bytes("answers.jsonl", lines(answers));
  await outputs.bytes("review.jsonl", lines(review));
  await outputs.bytes("written.jsonl", lines(written));
  await outputs.bytes("candidates.jsonl", lines(candidates));
  await outputs.json("ledger.json", ledger);
}
