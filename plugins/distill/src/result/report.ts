// This file writes training.json: how the student was trained and how it did on rows it never saw.
import { gradedOf } from "../calibrate/calibrate.ts";
import { calibrationError } from "../calibrate/reliability.ts";
import { cutsOf } from "../calibrate/threshold.ts";
import type { Student } from "./files.ts";
import { scoreFields } from "./score.ts";

const LOSS_POINTS = 40;
const TABLE_POINTS = 20;

/** Everything a reader needs to judge the student; nothing that a clock measured. */
export function reportOf(student: Student): Record<string, unknown> {
  const {
    material: { heads, lessons, unlabelled },
    plan,
    trained,
    calibration,
    options,
  } = student;
  const seen = calibration.seen;
  return rounded({
    enabled: true,
    examples: {
      rows: lessons.length,
      unlabelled: unlabelled.length,
      outOfScope: lessons.filter(({ output }) => output === null).length,
      truncated: lessons.filter(({ truncated }) => truncated).length,
      lostSpans: lessons.reduce((sum, { lostSpans }) => sum + lostSpans, 0),
    },
    training: {
      ...plan,
      mode: options.mode,
      kernels: student.kernels,
      batch: options.batch,
      steps: trained.steps,
      endedAt: trained.share,
      looks: trained.looks,
      parameters: parametersOf(student),
      loss: curveOf(trained.losses),
      ...(student.search === undefined ? {} : { search: student.search }),
      ...(options.trainer === undefined ? {} : { trainer: options.trainer }),
    },
    validation: {
      rows: seen.length,
      record: meanOf(seen.filter(({ lesson }) => lesson.output !== null).map(({ verdict }) => verdict.score)),
      calibrationError: calibrationError(gradedOf(seen, 0)),
      fields: scoreFields(seen, heads),
      scope: scopeOf(student),
    },
    ...(student.smaller === undefined ? {} : { weights: student.smaller.cost }),
    temperatures: calibration.temperatures,
    sureness: calibration.scale,
    thresholds: {
      goal: { precision: options.precision, assurance: options.assurance },
      scope: calibration.scope,
      ...calibration.confidence,
      rows: seen.length,
    },
    table: tableOf(student),
  }) as Record<string, unknown>;
}

function parametersOf({ trained: { weights } }: Student): { adapter: number; heads: number } {
  const count = (isAdapter: boolean): number =>
    [...weights]
      .filter(([name]) => /\.lora_[AB]$/.test(name) === isAdapter)
      .reduce((sum, [, { data }]) => sum + data.length, 0);
  return { adapter: count(true), heads: count(false) };
}

/** The mean loss of each stretch of steps, with the step it ends at. */
function curveOf(losses: readonly number[]): { step: number; loss: number }[] {
  const stretch = Math.max(1, Math.ceil(losses.length / LOSS_POINTS));
  return Array.from({ length: Math.ceil(losses.length / stretch) }, (_, part) => {
    const piece = losses.slice(part * stretch, (part + 1) * stretch);
    return { step: part * stretch + piece.length, loss: meanOf(piece) };
  });
}

/** Shares of rows in and out of scope that the scope threshold passes and refuses; null without a scope head. */
function scopeOf({
  material: { heads },
  calibration: { seen, scope },
}: Student): { passed: number; refused: number } | null {
  if (!heads.some(({ kind }) => kind === "scope")) return null;
  const inside = seen.filter(({ lesson }) => lesson.output !== null);
  const outside = seen.filter(({ lesson }) => lesson.output === null);
  return {
    passed: meanOf(inside.map(({ verdict }) => (verdict.scope >= scope ? 1 : 0))),
    refused: meanOf(outside.map(({ verdict }) => (verdict.scope < scope ? 1 : 0))),
  };
}

/** What other confidence thresholds would have come to, from the surest answers to all of them. */
function tableOf({ calibration: { seen, scope }, options }: Student): Record<string, number>[] {
  const cuts = cutsOf(gradedOf(seen, scope), options.assurance);
  const every = Math.max(1, Math.ceil(cuts.length / TABLE_POINTS));
  const rows = cuts.filter((_, place) => (place + 1) % every === 0 || place === cuts.length - 1);
  return rows.map(({ threshold, answered, precision, lower }) => ({
    threshold,
    answered: answered / seen.length,
    precision,
    lower,
  }));
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Fractions to four digits. */
function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toFixed(4));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}
