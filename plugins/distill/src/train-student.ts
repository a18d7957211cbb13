// This file trains the student itself: the frozen base's vectors, first weights, and a trainer over the student's graph.
import { createTrainer, studentParameters, type Trainer } from "@kolm/onnx";
import { createEncoder } from "@kolm/runtime";
import type { Context } from "@kolm/stage";
import type { Kernels } from "./kernels.ts";
import { type Material, studentSpec } from "./material.ts";
import type { SettledOptions } from "./options.ts";
import { search, type Search } from "./search/search.ts";
import { createStart } from "./train/initial.ts";
import type { Plan } from "./train/plan.ts";
import { heldOutScore, train, type Trained, type Training } from "./train/train.ts";

type Prepared = Material & { readonly kernels: Kernels };
type Trainee = {
  readonly trained: Trained;
  readonly spec: Material["spec"];
  readonly plan: Plan;
  readonly options: SettledOptions;
  readonly search?: Search;
};

/** Searches for settings first where the task asks for that; KolmError TRAINING_DIVERGED. */
export async function trainStudent(material: Prepared, plan: Plan, context: Context<SettledOptions>): Promise<Trainee> {
  context.report({ message: "embedding the examples" });
  const vectors = await embed(material, context);
  const attempt = async <T>(
    { options, epochs }: { readonly options: SettledOptions; readonly epochs: number },
    use: (trainer: Trainer, training: Training) => Promise<T>,
  ): Promise<T> => withTrainer({ material, vectors, plan: { ...plan, epochs } }, { ...context, options }, use);
  const { options } = context;
  if (options.search === undefined) {
    const trained = await attempt({ options, epochs: plan.epochs }, train);
    return { trained, spec: material.spec, plan, options };
  }
  const found = await search(
    {
      minutes: options.search.minutes,
      plan,
      graph: material.graph,
      tokens: material.lessons.reduce((sum, { ids }) => sum + ids.length, 0),
      kernels: material.kernels.family,
      trial: ({ epochs, ...setting }) => attempt({ options: { ...options, ...setting }, epochs }, heldOutScore),
    },
    context,
  );
  const { epochs, ...setting } = found.chosen;
  const chosen = { ...options, ...setting };
  return {
    trained: await attempt({ options: chosen, epochs }, train),
    spec: studentSpec(material.graph, { ...material, options: chosen }),
    plan: { ...plan, epochs },
    options: chosen,
    search: found,
  };
}

type Attempt = { readonly material: Prepared; readonly vectors: readonly Float32Array[]; readonly plan: Plan };

/** A trainer and what it is to be taught, closed when `use` is done. */
async function withTrainer<T>(
  { material, vectors, plan }: Attempt,
  { options, rng: root, report, signal }: Context<SettledOptions>,
  use: (trainer: Trainer, training: Training) => Promise<T>,
): Promise<T> {
  const { graph, heads, lessons } = material;
  const { createSession } = material.kernels;
  const { learningRate, headLearningRate, weightDecay, threads } = options;
  const spec = studentSpec(graph, { ...material, options });
  const rng = root.fork(`seed ${options.seed}`);
  const start = createStart({ parameters: studentParameters(graph, spec), heads, lessons, vectors });
  const trainer = await createTrainer(graph, spec, {
    createSession,
    threads,
    initial: start([...lessons.keys()], rng.fork("start")),
    optimiser: { learningRate, headLearningRate, weightDecay, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 },
  });
  try {
    const unlabelled = { lessons: material.unlabelled, createSession, threads };
    return await use(trainer, { lessons, unlabelled, plan, course: { heads, ...options }, start, rng, report, signal });
  } finally {
    await trainer.close();
  }
}

/** The frozen base's vector of each lesson's input. */
async function embed(
  { base, model, tokenizer, lessons, kernels: { createSession } }: Prepared,
  { options: { threads }, signal }: Context<SettledOptions>,
): Promise<Float32Array[]> {
  const encoder = await createEncoder({ model, tokenizer, names: base.encoder, createSession, threads });
  try {
    return await encoder.encode(
      lessons.map(({ input }) => input),
      { signal },
    );
  } finally {
    await encoder.close();
  }
}
