// This file joins spans a recipe is sure of with those the student found.
import type { FieldValue, LabelledSpan } from "@kolm/format";

/** The student's spans with the recipe's laid over them: where two overlap the recipe's stands; in order of occurrence. */
export function withMarks(value: FieldValue, marks: readonly LabelledSpan[]): FieldValue {
  if (!isList(value) || marks.length === 0) return value;
  const free = value.filter((span) => !marks.some((mark) => span.start < mark.end && mark.start < span.end));
  return [...free, ...marks.map(({ start, end, text, label }) => ({ start, end, text, label }))].sort(
    (a, b) => a.start - b.start,
  );
}

const isList = (value: FieldValue): value is readonly LabelledSpan[] => Array.isArray(value);
