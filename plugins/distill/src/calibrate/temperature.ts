// This file finds the temperature at which a head's probabilities are neither too sure nor too unsure (Guo et al. 2017).
import { exp, log } from "@kolm/runtime";

/** Logits a head gave to rows it never saw, the right class and how much each counts. */
export type Judged = { readonly logits: Float32Array; readonly right: number; readonly weight: number };

const LOWEST = -2;
const HIGHEST = 2;
const ROUNDS = 40;
/** Golden section: 1/φ. */
const SECTION = 0.618_033_988_749_894_9;

/** The temperature in [e⁻², e²] with the least mean negative log-likelihood; 1 where nothing was judged. */
export function fitTemperature(judged: readonly Judged[]): number {
  if (judged.length === 0) return 1;
  let [low, high] = [LOWEST, HIGHEST];
  const lossAt = (place: number): number => negativeLogLikelihood(judged, exp(place));
  let [left, right] = [high - SECTION * (high - low), low + SECTION * (high - low)];
  let [lossLeft, lossRight] = [lossAt(left), lossAt(right)];
  for (let round = 0; round < ROUNDS; round++) {
    if (lossLeft <= lossRight) {
      [high, right, lossRight] = [right, left, lossLeft];
      left = high - SECTION * (high - low);
      lossLeft = lossAt(left);
    } else {
      [low, left, lossLeft] = [left, right, lossRight];
      right = low + SECTION * (high - low);
      lossRight = lossAt(right);
    }
  }
  return exp((low + high) / 2);
}

/** Weighted mean over the rows, in nats. */
function negativeLogLikelihood(judged: readonly Judged[], temperature: number): number {
  let [sum, weights] = [0, 0];
  for (const { logits, right, weight } of judged) {
    sum += weight * (logSumExp(logits, temperature) - (logits[right] ?? 0) / temperature);
    weights += weight;
  }
  return weights === 0 ? 0 : sum / weights;
}

function logSumExp(logits: Float32Array, temperature: number): number {
  let highest = -Infinity;
  for (const logit of logits) highest = Math.max(highest, logit);
  let sum = 0;
  for (const logit of logits) sum += exp((logit - highest) / temperature);
  return highest / temperature + log(sum);
}
