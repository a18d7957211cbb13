// This file is the public face of the verify stage.
export { passesOf } from "./draft/answers.ts";
export { GateOptions } from "./options.ts";
export { type Report, type ReportRow } from "./report/report.ts";
export { type Axis, AXES, type AxisValues, axesOf, type Baselines, harmonicMean, type Measured } from "./score/axes.ts";
export { type Evidence, type Recomputed, recomputeScore, RESAMPLES, type ScoredAnswer } from "./score/recompute.ts";
export { verify } from "./stage.ts";
