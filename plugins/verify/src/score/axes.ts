// This file sets what was measured against the baselines: five axes in [0, 1] and K, their harmonic mean.

/** What the artifact did; usdPer1000 is compile spend over declared lifetime requests, times 1,000. */
export type Measured = {
  readonly accuracy: number;
  readonly coverage: number;
  readonly latencySeconds: number;
  readonly usdPer1000: number;
  readonly bytes: number;
};

/** What a frontier model did on the same evals; null where nothing was measured or declared. */
export type Baselines = {
  readonly accuracy: number | null;
  readonly coverage: number | null;
  readonly latencySeconds: number | null;
  readonly usdPer1000: number | null;
  /** The device's storage for one artifact. */
  readonly storageBytes: number;
};

export const AXES = ["accuracy", "coverage", "latency", "cost", "size"] as const;
export type Axis = (typeof AXES)[number];
export type AxisValues = Readonly<Record<Axis, number>>;

/**
 * The axes: A = min(1, a / a_teacher), V = min(1, v / v_teacher), L = min(1, l_teacher / l), C = min(1, c_teacher / c),
 * S = min(1, storage / bytes). With no baseline A and V divide by 1 (K against labels), L and C count 1.
 */
export function axesOf(measured: Measured, baselines: Baselines): AxisValues {
  return {
    accuracy: gain(measured.accuracy, baselines.accuracy ?? 1),
    coverage: gain(measured.coverage, baselines.coverage ?? 1),
    latency: baselines.latencySeconds === null ? 1 : thrift(measured.latencySeconds, baselines.latencySeconds),
    cost: baselines.usdPer1000 === null ? 1 : thrift(measured.usdPer1000, baselines.usdPer1000),
    size: thrift(measured.bytes, baselines.storageBytes),
  };
}

/** More is better. A rate of 0 stays 0 whatever the baseline: an artifact that is never right ties nothing. */
function gain(value: number, baseline: number): number {
  if (value <= 0) return 0;
  return baseline <= 0 ? 1 : Math.min(1, value / baseline);
}

/** Less is better. What costs nothing cannot be beaten. */
function thrift(value: number, baseline: number): number {
  return value <= 0 ? 1 : Math.min(1, baseline / value);
}

/** K = 5 / (1/A + 1/V + 1/L + 1/C + 1/S), 0 when any axis is 0. */
export function harmonicMean(axes: AxisValues): number {
  let inverses = 0;
  for (const axis of AXES) {
    if (axes[axis] <= 0) return 0;
    inverses += 1 / axes[axis];
  }
  return Math.min(1, AXES.length / inverses);
}
