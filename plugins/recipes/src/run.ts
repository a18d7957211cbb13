// This file runs the recipes stage: reads the contract and the answers, writes the pack and the certificates.
import { Contract, KolmError } from "@kolm/format";
import { encodePack, type Recipe } from "@kolm/recipe";
import { type Context, readUnlabelled } from "@kolm/stage";
import { type Answer, readAnswers } from "./answers.ts";
import { certifyCandidates } from "./candidate/certify.ts";
import { type Candidates, NO_CANDIDATES, readCandidates } from "./candidate/read.ts";
import type { Certificates } from "./evidence/certificate.ts";
import { ranked } from "./evidence/gate.ts";
import { decimalDown } from "./evidence/wilson.ts";
import type { RecipesOptions } from "./options.ts";
import { synthesise } from "./synthesise.ts";
import { type Question, synthesiseText } from "./text/field.ts";

const ANSWERS = "teach/answers.jsonl";
const CANDIDATES = "teach/candidates.jsonl";

/** Reads the contract and the answers, writes pack.json, certificates.json and review.jsonl. */
export async function run(context: Context<RecipesOptions>): Promise<void> {
  const contract = Contract.parse(await context.inputs.json("spec/contract.json"));
  const { options } = context;
  const answers = options.enabled ? await answersOf(context) : [];
  const unlabelled = options.enabled ? (await readUnlabelled(context.inputs)).map(({ input }) => input) : [];
  const candidates = options.enabled ? await candidatesOf(context, contract) : NO_CANDIDATES;
  const questions: Question[] = [];
  const recipes: Recipe[] = [];
  const accepted: Certificates["accepted"][number][] = [];
  const rejected: Certificates["rejected"][number][] = [];
  const fields = Object.entries(contract.output).filter(([, { type }]) => type !== "retrieval");
  for (const [index, [name, field]] of fields.entries()) {
    context.signal.throwIfAborted();
    context.report({ message: `recipes for ${name}`, done: index, total: fields.length });
    const task = { name, answers, inputs: unlabelled, options };
    const simple = synthesise({ ...task, field });
    // A text that is a value of the input needs no search.
    const open = field.type === "text" && simple.recipes.length === 0;
    const own = open ? synthesiseText(task) : { ...simple, questions: [] };
    const written = certifyCandidates({ ...task, field, candidates: candidates.programs });
    const gated = ranked(own, written, options.maxRules);
    recipes.push(...gated.recipes);
    accepted.push(...gated.accepted);
    rejected.push(...gated.rejected);
    questions.push(...own.questions);
  }
  const certificates: Certificates = {
    format: "kolm/recipe-certificates-1",
    gate: decimalDown(options.precision),
    answers: answers.length,
    accepted,
    rejected,
    ...(candidates.refusals.length === 0 ? {} : { refused: candidates.refusals }),
  };
  await context.outputs.bytes("pack.json", encodePack(recipes));
  await context.outputs.json("certificates.json", certificates);
  const lines = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  await context.outputs.bytes("review.jsonl", new TextEncoder().encode(lines));
  context.report({
    message: `${recipes.length} recipes, ${rejected.length} rejected`,
    done: fields.length,
    total: fields.length,
  });
}

/** A teacher's programs, where it was asked for some. */
async function candidatesOf({ inputs }: Context<RecipesOptions>, contract: Contract): Promise<Candidates> {
  if (!(await inputs.has(CANDIDATES))) return NO_CANDIDATES;
  return readCandidates(new TextDecoder().decode(await inputs.bytes(CANDIDATES)), CANDIDATES, contract);
}

async function answersOf(context: Context<RecipesOptions>): Promise<readonly Answer[]> {
  const bytes = await context.inputs.bytes(ANSWERS);
  const answers = readAnswers(new TextDecoder().decode(bytes), ANSWERS);
  if (answers.length === 0) {
    throw new KolmError("ANSWERS_EMPTY", `${ANSWERS} holds no answer`, { hint: "Add examples to the task." });
  }
  // In order of id, so that the order of the examples file changes nothing.
  return [...answers].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
