// This file foretells what teaching a task will take: calls, tokens, dollars and minutes, from the memo and without a call.
import { canonicalJson, type Contract } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { openTeacher } from "../open-teacher.ts";
import type { TeacherOptions } from "../options.ts";
import { costOf, type Price, totalCost } from "../spend/ledger.ts";
import { formatUsd, parseUsd } from "../spend/money.ts";
import type { Call, Teacher, TeacherRequest } from "../teacher.ts";
import { type Experience, experienceOf, expectedTokens } from "./expect.ts";
import { questionsOf } from "./questions.ts";

type Tokens = Call["tokens"];
/** What one part of teaching takes. usd: decimal text; known answers are paid for, the others are not yet. */
export type PlanPart = {
  readonly questions: number;
  /** Questions that memo or cassette answer. */
  readonly known: number;
  /** Distinct requests to send, if each is answered well at the first try. */
  readonly calls: number;
  readonly tokens: { readonly expected: Tokens; readonly worst: Tokens };
  readonly usd: { readonly paid: string; readonly expected: string; readonly worst: string };
};

/**
 * The plan of a task. unwritten: labels of inputs that are not written yet, at most; they are in no part, since what
 * they take is known only then. minutes: expected, null where the provider answers in batches.
 */
export type Plan = {
  readonly task: string;
  readonly provider: string;
  readonly model: string;
  readonly parts: Readonly<Record<"write" | "label" | "candidates" | "measure", PlanPart>>;
  readonly total: PlanPart;
  readonly unwritten: number;
  readonly minutes: number | null;
  /** US dollars that task.yaml allows for all of it, as decimal text; null where it sets no such cap. */
  readonly budget: string | null;
  /** True where no answer is known yet whose length or latency could be learnt from. */
  readonly guessed: boolean;
};

/** Looks up every question of the stages teach and baseline; sends nothing. KolmErrors are those of the options. */
export async function planTeaching(context: Context<TeacherOptions>): Promise<Plan> {
  const { options, task } = context;
  if (options.provider === "labels") return nothing(task);
  const contract = await context.inputs.json<Contract>("spec/contract.json");
  const opened = await openTeacher(context, contract);
  const { write, label, candidates, measure, unwritten } = await questionsOf(context, contract, opened);
  const writing = await lookUp(opened.teacher, write);
  const labelling = await lookUp(opened.teacher, label);
  const programming = await lookUp(opened.teacher, candidates);
  const measuring = await lookUp(opened.teacher, measure, keysOf(labelling));
  const wrote = experienceOf(writing.known);
  const labelled = experienceOf([...labelling.known, ...measuring.known]);
  const { price } = opened;
  const mode = "mode" in options && options.mode === "batch" ? "batch" : undefined;
  const parts = {
    write: partOf(writing, { experience: wrote, price, mode }),
    label: partOf(labelling, { experience: labelled, price, mode }),
    candidates: partOf(programming, { experience: experienceOf(programming.known), price, mode }),
    measure: partOf(measuring, { experience: labelled, price, mode }),
  };
  const total = Object.values(parts).reduce(plus);
  const latencyMs = labelled.latencyMs ?? wrote.latencyMs;
  return {
    task,
    ...opened.teacher.name,
    parts,
    total,
    unwritten,
    minutes: mode === "batch" ? null : minutesOf(total.calls, latencyMs, opened.teacher.concurrency),
    budget: budgetOf(options),
    guessed: total.calls > 0 && latencyMs === undefined,
  };
}

function budgetOf(options: TeacherOptions): string | null {
  const cap = "budget" in options ? options.budget?.usd : undefined;
  return cap === undefined ? null : String(cap);
}

type Known = { readonly call: Call; readonly bytes: number };
/** Of some questions: how many are answered, by which calls, and the requests to send; every request once. */
type LookedUp = {
  readonly questions: number;
  readonly answered: number;
  readonly known: readonly Known[];
  readonly open: ReadonlyMap<string, { readonly worst: Tokens; readonly bytes: number }>;
};

async function lookUp(
  teacher: Teacher,
  requests: readonly TeacherRequest[],
  elsewhere: ReadonlySet<string> = new Set(),
): Promise<LookedUp> {
  const known = new Map<string, Known>();
  const open = new Map<string, { worst: Tokens; bytes: number }>();
  let answered = 0;
  for (const request of requests) {
    const tries = await teacher.tries(request);
    if (tries.every(({ call }) => call !== undefined)) answered++;
    for (const { key, request: asked, worst, call } of tries) {
      if (elsewhere.has(key)) continue;
      const bytes = Buffer.byteLength(canonicalJson(asked));
      if (call === undefined) open.set(key, { worst, bytes });
      else known.set(key, { call, bytes });
    }
  }
  return { questions: requests.length, answered, known: [...known.values()], open };
}

/** What is asked for labelling already is not asked again for measuring. */
function keysOf({ known, open }: LookedUp): Set<string> {
  return new Set([...open.keys(), ...known.map(({ call }) => call.key)]);
}

type Costing = { readonly experience: Experience; readonly price: Price | undefined; readonly mode: Call["mode"] };

function partOf({ questions, answered, known, open }: LookedUp, { experience, price, mode }: Costing): PlanPart {
  const calls = [...open.values()];
  const expected = expectedTokens(
    calls.map(({ bytes }) => bytes),
    experience,
  );
  const worst = calls.map((one) => one.worst).reduce(plusTokens, { input: 0, output: 0 });
  const billed = mode === undefined ? {} : { mode };
  const usd = (tokens: Tokens): string => formatUsd(costOf({ tokens, ...billed }, price));
  const paid = totalCost(
    known.map(({ call }) => call),
    price,
  );
  return {
    questions,
    known: answered,
    calls: calls.length,
    tokens: { expected, worst },
    usd: { paid: formatUsd(paid), expected: usd(expected), worst: usd(worst) },
  };
}

function plusTokens(a: Tokens, b: Tokens): Tokens {
  return { input: a.input + b.input, output: a.output + b.output };
}

function plus(a: PlanPart, b: PlanPart): PlanPart {
  const usd = (one: string, other: string): string => formatUsd(parseUsd(one) + parseUsd(other));
  return {
    questions: a.questions + b.questions,
    known: a.known + b.known,
    calls: a.calls + b.calls,
    tokens: {
      expected: plusTokens(a.tokens.expected, b.tokens.expected),
      worst: plusTokens(a.tokens.worst, b.tokens.worst),
    },
    usd: {
      paid: usd(a.usd.paid, b.usd.paid),
      expected: usd(a.usd.expected, b.usd.expected),
      worst: usd(a.usd.worst, b.usd.worst),
    },
  };
}

/** What a call is taken to wait for where none was ever made. */
const GUESSED_LATENCY_MS = 2000;

function minutesOf(calls: number, latencyMs: number | undefined, concurrency: number): number {
  const minutes = (calls * (latencyMs ?? GUESSED_LATENCY_MS)) / Math.max(1, concurrency) / 60_000;
  return Math.round(minutes * 100) / 100;
}

const NO_PART: PlanPart = {
  questions: 0,
  known: 0,
  calls: 0,
  tokens: { expected: { input: 0, output: 0 }, worst: { input: 0, output: 0 } },
  usd: { paid: "0", expected: "0", worst: "0" },
};

/** People's labels take nothing. */
function nothing(task: string): Plan {
  const parts = { write: NO_PART, label: NO_PART, candidates: NO_PART, measure: NO_PART };
  const name = { provider: "labels", model: "human" };
  return { task, ...name, parts, total: NO_PART, unwritten: 0, minutes: 0, budget: null, guessed: false };
}
