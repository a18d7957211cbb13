// This file learns the shapes and contexts of one label of a spans field.
import type { FieldValue, LabelledSpan } from "@kolm/format";
import type { Answer } from "../answers.ts";
import { type Context, learnContexts } from "./context.ts";
import { type Case, chooseShapes, type Shape } from "./shapes.ts";

export type Learnt = {
  readonly label: string;
  readonly shapes: readonly Shape[];
  readonly contexts: readonly Context[];
};
export type LabelOptions = { readonly field: string; readonly label: string; readonly least: number };

export function learnLabel(answers: readonly Answer[], { field, label, least }: LabelOptions): Learnt {
  const cases = casesOf(answers, field, label);
  const shapes = chooseShapes(cases, least);
  return { label, shapes, contexts: learnContexts(shapes, cases, { least, alone: false }) };
}

/** The answers as inputs with the spans of one label; out-of-scope inputs and unanswered fields are left out. */
function casesOf(answers: readonly Answer[], field: string, label: string): readonly Case[] {
  return answers.flatMap((answer) =>
    answer.output?.has(field) === true ? [{ input: answer.input, spans: spansOf(answer, field, label) }] : [],
  );
}

export function spansOf({ output }: Answer, field: string, label: string): readonly LabelledSpan[] {
  return labelled(output?.get(field)).filter((span) => span.label === label);
}

function labelled(value: FieldValue | undefined): readonly LabelledSpan[] {
  return Array.isArray(value) ? (value as readonly LabelledSpan[]) : []; // the only list among field values
}
