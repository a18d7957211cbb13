// This file opens trainers of the small random encoder for tests.
import { createTrainer, initialWeights, studentParameters } from "@kolm/onnx";
import type { OptimiserOptions, StudentSpec, Trainer, Weights } from "@kolm/onnx";
import { SPEC, randomEncoder } from "./encoder.ts";
import { numbers } from "./numbers.ts";
import { createSession } from "./session.ts";

export const BASE = randomEncoder();
export const OPTIMISER: OptimiserOptions = {
  learningRate: 2e-3,
  headLearningRate: 2e-2,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
};

export function openTrainer(
  spec: StudentSpec = SPEC,
  options: { threads?: number; initial?: Weights; optimiser?: Partial<OptimiserOptions> } = {},
): Promise<Trainer> {
  const initial = options.initial ?? initialWeights(studentParameters(BASE, spec), numbers("initial"));
  return createTrainer(BASE, spec, {
    createSession,
    initial,
    threads: options.threads ?? 1,
    optimiser: { ...OPTIMISER, ...options.optimiser },
  });
}
