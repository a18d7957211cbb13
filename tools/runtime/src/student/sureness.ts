// This file turns how sure the least sure part of an answer is into how often such answers are right.
import { exp, log } from "./exponential.ts";

/** Platt scaling (Platt 1999): the log-odds of being right are slope · log-odds of the raw confidence + offset. */
export type Sureness = { readonly slope: number; readonly offset: number };

/** Log-odds beyond this are a matter of rounding. */
const EDGE = 1e-6;

/** A raw confidence in [0, 1] as a calibrated one; higher stays higher. */
export function sureness(raw: number, { slope, offset }: Sureness): number {
  return 1 / (1 + exp(-(slope * logOdds(raw) + offset)));
}

/** log p/(1-p), p kept off 0 and 1. */
export function logOdds(share: number): number {
  const kept = Math.min(1 - EDGE, Math.max(EDGE, share));
  return log(kept / (1 - kept));
}
