// This file is the optimiser: AdamW (Loshchilov and Hutter, arXiv:1711.05101) with clipping of the global norm.
import type { FlatParameters } from "./flat.ts";

export type OptimiserOptions = {
  readonly learningRate: number;
  readonly headLearningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Largest global gradient norm; 0 for no clipping. */
  readonly clipNorm: number;
};

/** Decoupled decay on matrices, none on biases; one moment pair per parameter. */
export class AdamW {
  readonly #options: OptimiserOptions;
  readonly #parameters: FlatParameters;
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  // β^t as running products: Math.pow differs between engines.
  #power1 = 1;
  #power2 = 1;

  constructor(parameters: FlatParameters, options: OptimiserOptions) {
    this.#parameters = parameters;
    this.#options = options;
    this.#mean = new Float32Array(parameters.values.length);
    this.#square = new Float32Array(parameters.values.length);
  }

  /** Forgets all moments. */
  reset(): void {
    this.#mean.fill(0);
    this.#square.fill(0);
    this.#power1 = 1;
    this.#power2 = 1;
  }

  /** One update from the parameters' gradients; schedule multiplies both learning rates; gives the norm before clipping. */
  update(schedule: number): number {
    const { beta1, beta2, clipNorm, learningRate, headLearningRate, weightDecay } = this.#options;
    const norm = gradientNorm(this.#parameters.gradients);
    if (!Number.isFinite(norm)) return norm;
    this.#power1 *= beta1;
    this.#power2 *= beta2;
    const clip = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
    for (const { offset, length, group, dims } of this.#parameters.segments) {
      const rate = schedule * (group === "head" ? headLearningRate : learningRate);
      const shrink = dims.length > 1 ? 1 - rate * weightDecay : 1;
      this.#segment(offset, offset + length, { rate: rate / (1 - this.#power1), shrink, clip });
    }
    return norm;
  }

  #segment(start: number, end: number, { rate, shrink, clip }: { rate: number; shrink: number; clip: number }): void {
    const { beta1, beta2, epsilon } = this.#options;
    const { values, gradients } = this.#parameters;
    const [means, squares] = [this.#mean, this.#square];
    const correction = 1 / (1 - this.#power2);
    for (let index = start; index < end; index++) {
      const gradient = (gradients[index] ?? 0) * clip;
      const mean = beta1 * (means[index] ?? 0) + (1 - beta1) * gradient;
      const square = beta2 * (squares[index] ?? 0) + (1 - beta2) * gradient * gradient;
      means[index] = mean;
      squares[index] = square;
      values[index] = (values[index] ?? 0) * shrink - (rate * mean) / (Math.sqrt(square * correction) + epsilon);
    }
  }
}

function gradientNorm(gradients: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < gradients.length; index++) sum += (gradients[index] ?? 0) * (gradients[index] ?? 0);
  return Math.sqrt(sum);
}
