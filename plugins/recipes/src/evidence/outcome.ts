// This file judges one recipe on one answer: whether it fired, and whether it was right.
import type { FieldValue, LabelledSpan, Span } from "@kolm/format";
import { compilePack, type Recipe } from "@kolm/recipe";
import type { Answer } from "../answers.ts";

/** What a recipe said about an answer: fired counts values (or single spans, for marks), right those that agree. */
export type Outcome = {
  readonly fired: number;
  readonly right: number;
  /** The same by enum or boolean value, or by label of a mark. */
  readonly parts: readonly { readonly value: string; readonly right: boolean }[];
};

const SILENT: Outcome = { fired: 0, right: 0, parts: [] };

/** A judge of one recipe, which runs it as the runtime will. */
export function judgeOf(recipe: Recipe): (answer: Answer) => Outcome {
  const pack = compilePack([recipe]);
  return (answer) => {
    const { fields, marks } = pack.decide(answer.input);
    const said = recipe.gives === "marks" ? marks : fields.get(recipe.field)?.value;
    return said === undefined ? SILENT : judge(said, recipe, answer);
  };
}

function judge(said: FieldValue, recipe: Recipe, { output }: Answer): Outcome {
  const labels = recipe.gives === "enum" || recipe.gives === "boolean";
  const parts = (right: boolean): Outcome["parts"] => (labels ? partsOf(said, right) : []);
  // Out of scope: an enum, boolean or text value is wrong there, spans have no truth to compare with.
  if (output === null) return labels || recipe.gives === "text" ? { fired: 1, right: 0, parts: parts(false) } : SILENT;
  const truth = output.get(recipe.field);
  if (truth === undefined) return SILENT;
  if (recipe.gives === "marks") return compareMarks(spansOf(said), spansOf(truth));
  const right = sameValue(said, truth);
  return { fired: 1, right: right ? 1 : 0, parts: parts(right) };
}

function partsOf(said: FieldValue, right: boolean): Outcome["parts"] {
  return typeof said === "string" || typeof said === "boolean" ? [{ value: String(said), right }] : [];
}

function spansOf(value: FieldValue): readonly LabelledSpan[] {
  return Array.isArray(value) ? (value as readonly LabelledSpan[]) : []; // the only list among field values
}

function compareMarks(said: readonly LabelledSpan[], truth: readonly LabelledSpan[]): Outcome {
  const parts = said.map((span) => ({
    value: span.label,
    right: truth.some((other) => sameSpan(span, other) && span.label === other.label),
  }));
  return { fired: said.length, right: parts.filter(({ right }) => right).length, parts };
}

function sameValue(said: FieldValue, truth: FieldValue): boolean {
  if (said === truth) return true;
  if (Array.isArray(said) && Array.isArray(truth)) {
    return said.length === truth.length && compareMarks(spansOf(said), spansOf(truth)).right === said.length;
  }
  return isSpan(said) && isSpan(truth) && sameSpan(said, truth);
}

function isSpan(value: FieldValue): value is Span {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sameSpan(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}
