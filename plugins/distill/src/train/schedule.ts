// This file says how many steps a training takes and how large each one is.

/** Share of all steps over which the rate rises. */
const WARM_UP = 0.1;

/** The factor on the learning rates at a step counted from 0: linear warm-up, then linear decay to nothing. */
export function rateAt(step: number, total: number): number {
  const warm = Math.max(1, Math.round(total * WARM_UP));
  return step < warm ? (step + 1) / warm : (total - step) / Math.max(1, total - warm + 1);
}
