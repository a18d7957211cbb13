// This file turns what students made of unseen rows into temperatures and thresholds.
import type { Sureness } from "@kolm/runtime";
import { judge, type Reading, type Temperatures, type Verdict } from "../result/judge.ts";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import type { Prediction } from "../train/predict.ts";
import { fitSureness } from "./sureness.ts";
import { fitTemperature, type Judged } from "./temperature.ts";
import { chooseThreshold, type Goal, type Graded, type Threshold } from "./threshold.ts";

/** A row a student never saw, and what it made of it. */
export type Unseen = { readonly lesson: Lesson; readonly prediction: Prediction };
export type Seen = { readonly lesson: Lesson; readonly verdict: Verdict };

export type Calibration = {
  readonly temperatures: Temperatures;
  /** A record is not as often right as its least sure token or field is sure. */
  readonly scale: Sureness;
  /** Verdicts at those temperatures and on that scale. */
  readonly seen: readonly Seen[];
  /** Probability of being in scope below which an input is refused; 0 without a scope head. */
  readonly scope: number;
  /** Over the rows that pass the scope threshold. */
  readonly confidence: Threshold;
};

const SCOPE_STEPS = 20;

/** Temperatures by head, the scale of the record's confidence, then the pair of thresholds that answers most at the wanted precision. */
export function calibrate(
  unseen: readonly Unseen[],
  { heads, goal }: { readonly heads: readonly Head[]; readonly goal: Goal },
): Calibration {
  const temperatures = fitTemperatures(unseen, heads);
  const scale = fitSureness(gradedOf(judgeAll(unseen, { heads, temperatures }), 0));
  const seen = judgeAll(unseen, { heads, temperatures, scale });
  const grid = heads.some(({ kind }) => kind === "scope")
    ? Array.from({ length: SCOPE_STEPS }, (_, step) => step / SCOPE_STEPS)
    : [0];
  const [first, ...rest] = grid.map((scope) => ({ scope, confidence: chooseThreshold(gradedOf(seen, scope), goal) }));
  const best = rest.reduce((best, one) => (isBetter(one.confidence, best?.confidence) ? one : best), first);
  return {
    temperatures,
    scale,
    seen,
    scope: best?.scope ?? 0,
    confidence: best?.confidence ?? chooseThreshold([], goal),
  };
}

/** Each head by its own likelihood. */
function fitTemperatures(unseen: readonly Unseen[], heads: readonly Head[]): Temperatures {
  return Object.fromEntries(
    heads.map((head) => [head.name, rounded(fitTemperature(unseen.flatMap((row) => judgedOf(head, row))))]),
  );
}

function judgeAll(unseen: readonly Unseen[], reading: Reading): Seen[] {
  return unseen.map(({ lesson, prediction }) => ({ lesson, verdict: judge(lesson, prediction, reading) }));
}

/** Verdicts on the rows that pass a scope threshold; a row out of scope scores 0. */
export function gradedOf(seen: readonly Seen[], scope: number): Graded[] {
  return seen
    .filter(({ verdict }) => verdict.scope >= scope)
    .map(({ verdict: { confidence, score } }) => ({ confidence, score }));
}

const RANK = { assured: 2, reached: 1, missed: 0 } as const;

/** Of two that answer as much the later wins: its scope threshold is higher. */
function isBetter(one: Threshold, best: Threshold | undefined): boolean {
  if (best === undefined || RANK[one.status] !== RANK[best.status])
    return best === undefined || RANK[one.status] > RANK[best.status];
  return one.status === "missed" ? one.lower > best.lower : one.answered >= best.answered;
}

/** The head's logits on one row: a single entry, or one a token. */
function judgedOf({ name, on, classes }: Head, { lesson, prediction }: Unseen): Judged[] {
  const target = lesson.targets[name];
  const logits = prediction[name];
  if (target === undefined || logits === undefined || target.weight === 0) return [];
  const count = on === "pooled" ? 1 : lesson.ids.length;
  return Array.from({ length: count }, (_, place) => ({
    logits: logits.subarray(place * classes, (place + 1) * classes),
    right: highest(target.data.subarray(place * classes, (place + 1) * classes)),
    weight: target.weight,
  }));
}

function highest(values: Float32Array): number {
  return values.reduce((best, value, place) => (value > (values[best] ?? -Infinity) ? place : best), 0);
}

/** As many digits as student.json carries. */
const rounded = (value: number): number => Number(value.toFixed(4));
