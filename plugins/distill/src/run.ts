// This file is the body of the distill stage: material in, training, calibration, student out.
import { createTrainer, studentParameters } from "@kolm/onnx";
import { createEncoder } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import type { Context } from "@kolm/stage";
import { calibrate, type Unseen } from "./calibrate/calibrate.ts";
import { type Material, readMaterial } from "./material.ts";
import type { StudentOptions } from "./options.ts";
import { writeStudent } from "./result/files.ts";
import { createStart } from "./train/initial.ts";
import { type Plan, planOf } from "./train/plan.ts";
import { train, type Trained } from "./train/train.ts";

/** KolmError ANSWERS_EMPTY, LORA_TARGET or TRAINING_DIVERGED. */
export async function run(context: Context<StudentOptions>): Promise<void> {
  const { options, outputs, report } = context;
  if (!options.enabled) return outputs.json("training.json", { enabled: false });
  report({ message: "reading the base and the answers" });
  const material = await readMaterial(context);
  const plan = planOf(material.lessons.length, options);
  const trained = await trainStudent(material, plan, context);
  report({ message: "calibrating" });
  const calibration = calibrate(unseenOf(material, trained), { heads: material.heads, goal: options });
  await writeStudent({ material, plan, trained, calibration, options }, outputs);
}

async function trainStudent(material: Material, plan: Plan, context: Context<StudentOptions>): Promise<Trained> {
  const { graph, heads, lessons, spec } = material;
  const { options, report, signal } = context;
  const rng = context.rng.fork(`seed ${options.seed}`);
  report({ message: "embedding the examples" });
  const vectors = await embed(material, context);
  const start = createStart({ parameters: studentParameters(graph, spec), heads, lessons, vectors });
  const { learningRate, headLearningRate, weightDecay, threads } = options;
  const trainer = await createTrainer(graph, spec, {
    createSession,
    threads,
    initial: start([...lessons.keys()], rng.fork("start")),
    optimiser: { learningRate, headLearningRate, weightDecay, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 },
  });
  try {
    return await train(trainer, { lessons, plan, course: { heads, ...options }, start, rng, report, signal });
  } finally {
    await trainer.close();
  }
}

/** The frozen base's vector of each lesson's input. */
async function embed(
  { base, model, tokenizer, lessons }: Material,
  { options, signal }: Context<StudentOptions>,
): Promise<Float32Array[]> {
  const encoder = await createEncoder({
    model,
    tokenizer,
    names: base.encoder,
    createSession,
    threads: options.threads,
  });
  try {
    return await encoder.encode(
      lessons.map(({ input }) => input),
      { signal },
    );
  } finally {
    await encoder.close();
  }
}

function unseenOf({ lessons }: Material, { predictions }: Trained): Unseen[] {
  return lessons.flatMap((lesson, row) => {
    const prediction = predictions.get(row);
    return prediction === undefined ? [] : [{ lesson, prediction }];
  });
}
