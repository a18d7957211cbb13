// This file turns logits into probabilities.
import { exp } from "./exponential.ts";

/** Softmax of logits / temperature, in double precision. */
export function softmax(logits: ArrayLike<number>, temperature: number): Float64Array {
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  const top = scaled.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = scaled.map((value) => exp(value - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Index of the largest value; the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++)
    if ((values[index] ?? -Infinity) > (values[best] ?? -Infinity)) best = index;
  return best;
}
