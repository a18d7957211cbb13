// This file judges what a student made of a row against the right answer, read the way the runtime reads it.
import { type FieldValue, isSources, type Span } from "@kolm/format";
import { decide, type Sureness, sureness } from "@kolm/runtime";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import type { Prediction } from "../train/predict.ts";

/** A temperature a head. */
export type Temperatures = Readonly<Record<string, number>>;

/** score is in [0, 1]: exact match, or F1 of exact spans for a list of them. */
type FieldVerdict = { readonly confidence: number; readonly score: number; readonly value: FieldValue };

/** How logits are read: a temperature a head, 1 where there is none, and the scale of the record's confidence. */
export type Reading = {
  readonly heads: readonly Head[];
  readonly temperatures: Temperatures;
  readonly scale?: Sureness;
};

export type Verdict = {
  readonly fields: Readonly<Record<string, FieldVerdict>>;
  /** Of the least sure field, and of the input being one to answer. */
  readonly confidence: number;
  /** Probability that the input is one to answer; 1 without a scope head. */
  readonly scope: number;
  /** The worst field's; 0 for a row that should not be answered. */
  readonly score: number;
};

/** Reads the logits of every head at its temperature. */
export function judge(lesson: Lesson, prediction: Prediction, { heads, temperatures, scale }: Reading): Verdict {
  const fields: Record<string, FieldVerdict> = {};
  let scope = 1;
  for (const head of heads) {
    const logits = prediction[head.name] ?? new Float32Array(0);
    const temperature = temperatures[head.name] ?? 1;
    const text = { input: lesson.input, encoding: lesson };
    if (head.kind === "scope") {
      const { value, confidence } = decide({ ...head, kind: "enum", temperature: String(temperature) }, logits, text);
      scope = value === "in" ? confidence : 1 - confidence;
      continue;
    }
    const { value, confidence } = decide({ ...head, temperature: String(temperature) }, logits, text);
    fields[head.field] = {
      value,
      confidence,
      score: lesson.output === null ? 0 : scoreOf(value, lesson.output[head.field]),
    };
  }
  const verdicts = Object.values(fields);
  const least = verdicts.reduce((least, { confidence }) => Math.min(least, confidence), scope);
  return {
    fields,
    scope,
    confidence: scale === undefined ? least : sureness(least, scale),
    score: verdicts.reduce((worst, { score }) => Math.min(worst, score), lesson.output === null ? 0 : 1),
  };
}

/** Classes by name, spans by their exact ends and labels. */
function scoreOf(value: FieldValue, right: FieldValue | undefined): number {
  const [given, wanted] = [unitsOf(value), unitsOf(right ?? null)];
  if (!Array.isArray(value)) return given.join() === wanted.join() ? 1 : 0;
  if (given.length + wanted.length === 0) return 1;
  return (2 * given.filter((unit) => wanted.includes(unit)).length) / (given.length + wanted.length);
}

/** What a value is made of, as comparable text: the class itself, or each span. */
function unitsOf(value: FieldValue): string[] {
  if (value === null || isSources(value)) return [];
  if (typeof value !== "object") return [String(value)];
  const spans: readonly (Span & { readonly label?: string })[] = "length" in value ? value : [value];
  return spans.map(({ start, end, label }) => `${start}-${end} ${label ?? ""}`);
}
