// This file models how long an answer takes on a device, from counted work and the profile's throughput.
import type { DeviceProfile } from "@kolm/stage";
import { percentile } from "./interval.ts";

/** Work counted while answering one row; passes are runs of the encoder, each of which moves all weights. */
export type Work = {
  readonly macs: number;
  readonly passes: number;
  readonly recipeSteps: number;
  readonly probes: number;
};

/**
 * Seconds by the cost model of the K-score: multiply-accumulates, weight bytes moved, recipe steps and index probes, each
 * over the profile's throughput, plus the fixed overhead. Every encoder pass moves all weights once.
 */
export function modelledSeconds(work: Work, weightBytes: number, profile: DeviceProfile): number {
  return (
    work.macs / profile.macsPerSecond +
    (work.passes * weightBytes) / profile.bytesPerSecond +
    work.recipeSteps / profile.stepsPerSecond +
    work.probes / profile.probesPerSecond +
    profile.overheadSeconds
  );
}

/** 95th percentile by nearest rank; the order of the seconds does not matter. */
export function p95(seconds: readonly number[]): number {
  return percentile(Float64Array.from(seconds).sort(), 0.95);
}
