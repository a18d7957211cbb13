// This file is the body of the distill stage: material in, training, calibration, student out.
import type { Context } from "@kolm/stage";
import { calibrate, type Unseen } from "./calibrate/calibrate.ts";
import { kernelsOf } from "./kernels.ts";
import { type Material, readMaterial } from "./material.ts";
import { settle, type StudentOptions } from "./options.ts";
import { evidenceOf } from "./result/evidence.ts";
import { writeStudent } from "./result/files.ts";
import { shrink } from "./result/smaller.ts";
import { planOf } from "./train/plan.ts";
import type { Trained } from "./train/train.ts";
import { trainStudent } from "./train-student.ts";

/** KolmError ANSWERS_EMPTY, LORA_TARGET, TRAINING_DIVERGED, or what trainOutside throws. */
export async function run(given: Context<StudentOptions>): Promise<void> {
  const { outputs, report } = given;
  if (!given.options.enabled) return outputs.json("training.json", { enabled: false });
  report({ message: "reading the base and the answers" });
  const kernels = await kernelsOf(given.options);
  const { createSession, family } = kernels;
  const read = { ...(await readMaterial(given)), kernels };
  const options = settle(given.options, read.lessons.length);
  const context = { ...given, options };
  const plan = planOf(read.lessons.length, options);
  const { trainer, weights: format } = options;
  const { trained, spec, ...made } =
    trainer === undefined
      ? await trainStudent(read, plan, context)
      : await (
          await import("./external/train.ts")
        ).trainOutside({ material: read, plan, trainer, createSession }, context);
  const material = { ...read, spec };
  const smaller = format === "fp32" ? undefined : await shrink(material, trained, { ...context, ...kernels, format });
  report({ message: "calibrating" });
  const calibration = calibrate(unseenOf(material, smaller ?? trained), { heads: material.heads, goal: options });
  const finished = { weights: trained.weights, student: smaller?.student, createSession, signal: given.signal };
  const evidence = options.evidence === "none" ? undefined : await evidenceOf(material, options.evidence, finished);
  await writeStudent(
    { plan, options, ...made, material, trained, smaller, calibration, evidence, kernels: family },
    outputs,
  );
}

function unseenOf({ lessons }: Material, { predictions }: Pick<Trained, "predictions">): Unseen[] {
  return lessons.flatMap((lesson, row) => {
    const prediction = predictions.get(row);
    return prediction === undefined ? [] : [{ lesson, prediction }];
  });
}
