// This file scores each part of the artifact alone on the same evals, so that a reader sees what every layer earns.
import type { Contract } from "@kolm/format";
import { LAYER } from "@kolm/runtime";
import type { Alone, Score, SpecRow } from "@kolm/stage";
import { share } from "../score/decimal.ts";
import { type Given, gradeRow } from "../score/grade.ts";
import { accuracyOf, coverageOf, tally } from "../score/tally.ts";
import { askAll } from "./answers.ts";
import type { Draft } from "./layers.ts";
import type { OpenArtifact, Part } from "./ports.ts";
import { answerByPrototype, type Encode, hasClasses } from "./prototype.ts";

export type Ablation = NonNullable<Score["ablation"]>;

export type AblationOptions = {
  readonly contract: Contract;
  readonly evals: readonly SpecRow[];
  readonly examples: readonly SpecRow[];
  readonly draft: Draft;
  readonly open: OpenArtifact;
  /** Undefined where the artifact holds no base. */
  readonly encode: Encode | undefined;
  /** The teacher on the same evals; null when none was measured. */
  readonly teacher: { readonly accuracy: number; readonly coverage: number; readonly answered: number } | null;
  readonly signal: AbortSignal;
};

/** Accuracy and coverage of recipes, student, recall, bare base and teacher, each alone; a part that is not there says so. */
export async function ablate(options: AblationOptions): Promise<Ablation> {
  const { teacher } = options;
  return {
    recipes: await part("recipes", LAYER.recipes, options),
    student: await part("student", LAYER.student, options),
    recall: await recall(options),
    base: await base(options),
    teacher: teacher === null ? { absent: "no frontier was measured" } : printed(teacher),
  };
}

async function part(
  name: Part,
  layer: string,
  { draft, open, evals, contract, signal }: AblationOptions,
): Promise<Alone> {
  if (!draft.layers.some(({ path }) => path === layer)) return { absent: `the artifact has no ${name}` };
  const artifact = await open(draft.layer, [name]);
  return scoreAlone(
    contract,
    evals,
    await askAll(
      artifact,
      evals.map(({ input }) => input),
      { signal },
    ),
  );
}

async function recall(options: AblationOptions): Promise<Alone> {
  if (!Object.values(options.contract.output).some(({ type }) => type === "retrieval"))
    return { absent: "the task has no retrieval field" };
  return part("recall", LAYER.recall, options);
}

async function base({ contract, encode, evals, examples }: AblationOptions): Promise<Alone> {
  if (encode === undefined) return { absent: "the artifact has no base" };
  if (!hasClasses(contract)) return { absent: "no field has classes, and a bare base finds no spans" };
  const outputs = await answerByPrototype(
    evals.map(({ input }) => input),
    { contract, examples, encode },
  );
  return scoreAlone(
    contract,
    evals,
    outputs.map((output) => ({ output, abstained: false })),
  );
}

function scoreAlone(contract: Contract, evals: readonly SpecRow[], answers: readonly Given[]): Alone {
  const counts = tally(
    evals.map(({ output }, row) => gradeRow(contract, output, answers[row] ?? { output: null, abstained: true })),
  );
  return printed({ accuracy: accuracyOf(counts), coverage: coverageOf(counts), answered: counts.answered });
}

function printed({ accuracy, coverage, answered }: { accuracy: number; coverage: number; answered: number }): Alone {
  return { accuracy: share(accuracy), coverage: share(coverage), answered };
}
