// This file has a student trained by the user's program: once for each held-out fold and once for all rows.
import { KolmError } from "@kolm/format";
import { type CreateSession, encodeModel, mergeStudent, type StudentSpec } from "@kolm/onnx";
import type { Context } from "@kolm/stage";
import type { Material } from "../material.ts";
import type { StudentOptions } from "../options.ts";
import { predictWith } from "../result/predictor.ts";
import { dealFolds } from "../rows/folds.ts";
import type { Lesson } from "../rows/lesson.ts";
import type { Plan } from "../train/plan.ts";
import type { Prediction } from "../train/predict.ts";
import type { Trained } from "../train/train.ts";
import { runTrainer } from "./command.ts";
import { openFolder, type RunFacts } from "./folder.ts";
import type { TrainerOptions } from "./options.ts";
import { type Outcome, readResult } from "./result.ts";

/** What a program needs to start at all, to find its caches and to write its messages; nothing of it is a secret. */
const ALWAYS = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PATHEXT", "USERPROFILE"];

type Training = {
  readonly material: Material;
  readonly plan: Plan;
  readonly trainer: TrainerOptions;
  /** Of the kernels that judge the held-out rows. */
  readonly createSession: CreateSession;
};
type Trainee = { readonly trained: Trained; readonly spec: StudentSpec };

/** KolmError TRAINER_MISSING, TRAINER_FAILED, TRAINER_TIMEOUT, TRAINER_RESULT, ADAPTER_UNKNOWN. */
export async function trainOutside(
  { material, plan, trainer, createSession }: Training,
  context: Context<StudentOptions>,
): Promise<Trainee> {
  const { lessons } = material;
  const { options, inputs, signal } = context;
  const rng = context.rng.fork(`seed ${options.seed}`);
  const folds = dealFolds(lessons, plan.folds, rng.fork("folds"));
  await using folder = await openFolder({ material, plan, options, inputs });
  const environment = environmentOf(trainer, context);
  const runs: Outcome[] = [];
  const learn = async (name: string, rows: readonly Lesson[]): Promise<Outcome> => {
    const facts: RunFacts = { name, seed: rng.fork(`trainer ${name}`).integer(2 ** 31), lessons: rows };
    const cwd = await folder.prepare(facts);
    const report: typeof context.report = (progress) =>
      context.report({ ...progress, message: `${name}: ${progress.message}` });
    await runTrainer({ ...trainer, ...environment, cwd, report, signal });
    const outcome = await readResult(cwd, material);
    requireSame(runs[0], outcome, name);
    runs.push(outcome);
    return outcome;
  };
  const predictions = new Map<number, Prediction>();
  const students: Trained["students"][number][] = [];
  for (let fold = 0; fold < plan.held; fold++) {
    const { weights, spec } = await learn(
      `fold-${fold + 1}`,
      lessons.filter((_, row) => folds[row] !== fold),
    );
    const rows = [...lessons.keys()].filter((row) => folds[row] === fold);
    const found = await predictWith(
      encodeModel(mergeStudent(material.graph, spec, weights)),
      rows.flatMap((row) => lessons[row] ?? []),
      { spec, heads: material.heads, createSession, signal },
    );
    for (const [place, prediction] of found.entries()) predictions.set(rows[place] ?? -1, prediction);
    students.push({ weights, rows });
  }
  const kept = plan.refit ? undefined : runs[0];
  const { weights, spec } = kept ?? (await learn("all", lessons));
  return { spec, trained: { weights, predictions, students, steps: 0, share: 1, looks: [], losses: [] } };
}

function environmentOf(
  { env }: TrainerOptions,
  { secret }: Context<StudentOptions>,
): { env: Record<string, string>; secrets: string[] } {
  const found = [...ALWAYS, ...env].flatMap((name): [string, string][] => {
    const value = secret(name);
    return value === undefined ? [] : [[name, value]];
  });
  const values = Object.fromEntries(found);
  const missing = env.find((name) => values[name] === undefined);
  if (missing === undefined) return { env: values, secrets: env.flatMap((name) => values[name] ?? []) };
  throw new KolmError("TRAINER_ENV", `the environment has no ${missing}, which student.trainer.env names`, {
    hint: `Set ${missing}, or take it off the list.`,
  });
}

/** What is calibrated on the folds must be the same student that ships. */
function requireSame(first: Outcome | undefined, { spec }: Outcome, name: string): void {
  const [before, now] = [first?.spec.lora, spec.lora].map((lora) => JSON.stringify(lora));
  if (first === undefined || before === now) return;
  throw new KolmError(
    "TRAINER_RESULT",
    `the trainer's adapter of run ${name} is ${now}, that of fold-1 was ${before}`,
    {
      hint: "Every run must give the same rank, alpha and modules.",
    },
  );
}
