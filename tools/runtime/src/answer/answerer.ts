// This file answers an input: recipes first, the student for what they leave open, else abstention.
import { type Contract, KolmError, type Output } from "@kolm/format";
import type { Decisions, Pack } from "@kolm/recipe";
import type { Evidence } from "../evidence/evidence.ts";
import type { Student, StudentAnswer } from "../student/student.ts";
import type { Answer, AnswerOptions, FieldAnswer, Thresholds } from "./answer.ts";
import { withMarks } from "./marks.ts";
import { hitsNeeded, type Passages, retrieve } from "./retrieval.ts";

export type AnswererParts = {
  readonly contract: Contract;
  readonly recipes?: Pack | undefined;
  /** Opened on the first input whose fields the recipes leave open. */
  readonly student?: (() => Promise<Pick<Student, "file" | "answer">>) | undefined;
  /** Passages to return beside every answer. */
  readonly recall?: ((input: string, options?: { readonly k?: number | undefined }) => Promise<Passages>) | undefined;
  /** Opened when an answer's nearest examples are first asked for; undefined where the artifact carries none. */
  readonly evidence?: (() => Promise<Evidence | undefined>) | undefined;
  /** In place of the student's own. */
  readonly thresholds?: Thresholds | undefined;
};

/** Answers one input at a time; KolmError INPUT_INVALID for what is no text or longer than the contract allows. */
export function createAnswerer({
  contract,
  recipes,
  student,
  recall,
  evidence,
  thresholds,
}: AnswererParts): (input: string, options?: AnswerOptions) => Promise<Answer> {
  const names = Object.keys(contract.output);
  const needed = hitsNeeded(contract);
  return async (input, { because } = {}) => {
    checkInput(input, contract);
    const decisions = recipes?.decide(input) ?? NOTHING;
    const fields = new Map<string, FieldAnswer>();
    for (const name of names) {
      const decided = decisions.fields.get(name);
      if (decided) fields.set(name, { value: decided.value, confidence: 1, path: "recipe" });
    }
    let pass: (StudentAnswer & { readonly thresholds: Thresholds }) | undefined;
    if (student && names.some((name) => !fields.has(name) && contract.output[name]?.type !== "retrieval")) {
      const opened = await student();
      pass = { ...(await opened.answer(input)), thresholds: thresholds ?? thresholdsOf(opened) };
      fill(fields, names, { pass, decisions });
    }
    const passages = await recall?.(input, needed === undefined ? undefined : { k: needed });
    retrieve(fields, contract, passages);
    return {
      ...verdict(contract, fields, pass),
      fields: inOrder(names, fields),
      path: pathOf(fields),
      ...(because === undefined ? {} : await reasons(because, pass?.pooled, evidence)),
      ...(passages === undefined ? {} : { recall: passages.hits }),
      work: {
        macs: (pass?.macs ?? 0) + (passages?.macs ?? 0),
        recipeSteps: decisions.steps,
        probes: passages?.probes ?? 0,
      },
    };
  };
}

async function reasons(
  count: number,
  pooled: Float32Array | undefined,
  open: AnswererParts["evidence"],
): Promise<Pick<Answer, "because">> {
  const evidence = pooled && (await open?.());
  return evidence ? { because: evidence.nearest(pooled, count) } : {};
}

const NOTHING: Decisions = { fields: new Map(), marks: [], steps: 0 };

function checkInput(input: unknown, { input: { maxLength } }: Contract): void {
  if (typeof input !== "string")
    throw new KolmError("INPUT_INVALID", `the input must be text, found ${input === null ? "null" : typeof input}`);
  if (input.length <= maxLength) return;
  throw new KolmError("INPUT_INVALID", `the input has ${input.length} characters, the task takes up to ${maxLength}`, {
    hint: "Shorten it, or raise input.maxLength in task.yaml and compile again.",
  });
}

function thresholdsOf({ file }: Pick<Student, "file">): Thresholds {
  return { confidence: Number(file.thresholds.confidence), scope: Number(file.thresholds.scope) };
}

function inOrder(names: readonly string[], fields: ReadonlyMap<string, FieldAnswer>): Record<string, FieldAnswer> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const field = fields.get(name);
      return field ? [[name, field]] : [];
    }),
  );
}

type Filling = { readonly pass: StudentAnswer; readonly decisions: Decisions };

/** What recipes decided is final; the student gives the rest. */
function fill(fields: Map<string, FieldAnswer>, names: readonly string[], { pass, decisions }: Filling): void {
  for (const name of names) {
    const decided = pass.fields.get(name);
    if (fields.has(name) || !decided) continue;
    const marks = decisions.marks.filter(({ field }) => field === name);
    fields.set(name, { value: withMarks(decided.value, marks), confidence: decided.confidence, path: "student" });
  }
}

function verdict(
  contract: Contract,
  fields: ReadonlyMap<string, FieldAnswer>,
  pass: (StudentAnswer & { readonly thresholds: Thresholds }) | undefined,
): Pick<Answer, "output" | "abstained" | "reason" | "confidence"> {
  const names = Object.keys(contract.output);
  const confidence = Math.min(...names.map((name) => fields.get(name)?.confidence ?? 0), pass?.scopeConfidence ?? 1);
  const reason = refusal(contract, fields, pass);
  if (reason !== undefined) return { output: null, abstained: true, reason, confidence };
  const output: Output = Object.fromEntries(names.map((name) => [name, fields.get(name)?.value ?? null]));
  return { output, abstained: false, confidence };
}

function refusal(
  { output }: Contract,
  fields: ReadonlyMap<string, FieldAnswer>,
  pass: (StudentAnswer & { readonly thresholds: Thresholds }) | undefined,
): string | undefined {
  const names = Object.keys(output);
  const open = names.filter((name) => !fields.has(name));
  const lost = open.find((name) => output[name]?.type === "retrieval");
  if (lost !== undefined) return `nothing in the corpus is near enough for ${lost}`;
  if (open.length > 0)
    return `no recipe decides ${open.join(", ")}${pass ? ", and the student has no head for it" : ", and there is no student"}`;
  if (!pass) return undefined;
  const { scope, thresholds } = pass;
  if (scope !== null && scope < thresholds.scope)
    return `the input is probably not one for this task (${scope.toFixed(2)} in scope, ${thresholds.scope} is needed)`;
  const unsure = names.find((name) => {
    const field = fields.get(name);
    return field?.path !== "recall" && (field?.confidence ?? 0) < thresholds.confidence;
  });
  if (unsure === undefined) return undefined;
  return `${unsure} is not sure enough (${(fields.get(unsure)?.confidence ?? 0).toFixed(2)}, ${thresholds.confidence} is needed)`;
}

function pathOf(fields: ReadonlyMap<string, FieldAnswer>): Answer["path"] {
  const paths = new Set([...fields.values()].map(({ path }) => path));
  if (paths.size > 1) return "mixed";
  const [only] = paths;
  return only ?? "none";
}
