// This file says which heads a contract needs: one a field, and one for what is out of scope.
import { type Contract, type Field, type FieldValue, type LabelledSpan, type Output, unreachable } from "@kolm/format";
import { classesOf, type Head as HeadEntry, isInsideWord, isTokenHead } from "@kolm/runtime";
import type { AnswerRow } from "./answers.ts";
import { tagSpans, type KindSpan, type Range, type Tags } from "./tags.ts";

/** Name of the head that tells inputs to answer from inputs to abstain on; no field can have it. */
export const SCOPE = "$scope";

type Common = Omit<HeadEntry, "temperature"> & { readonly classes: number };
/** One distribution over classes for the whole text. */
export type TextHead = Common & { readonly on: "pooled"; readonly classOf: (output: Output | null) => number | null };
/** One tag a token. */
export type TokenHead = Common & {
  readonly on: "tokens";
  readonly tagsOf: (output: Output, offsets: readonly Range[]) => Tags;
};
export type Head = TextHead | TokenHead;

/** In the contract's order, the scope head last; it is there only where some rows are out of scope. */
export function headsOf(contract: Contract, rows: readonly Pick<AnswerRow, "input" | "output">[]): Head[] {
  const heads = Object.entries(contract.output).flatMap(([name, field]) => {
    // A text is a recipe's to give, a retrieval is recall's: a student neither learns nor answers them.
    if (field.type === "text" || field.type === "retrieval") return [];
    const head = headOf(name, field);
    return head.on === "tokens" && rows.every((row) => keepsWords(row, name))
      ? { ...head, wholeWords: true as const }
      : head;
  });
  const scope = rows.some(({ output }) => output === null);
  return scope ? [...heads, SCOPE_HEAD] : heads;
}

const SCOPE_HEAD: Head = {
  name: SCOPE,
  field: SCOPE,
  kind: "scope",
  labels: ["in", "out"],
  classes: 2,
  on: "pooled",
  classOf: (output) => (output === null ? 1 : 0),
};

type Learnt = Exclude<Field, { type: "text" | "retrieval" }>;

function headOf(name: string, field: Learnt): Head {
  const entry = { name, field: name, kind: field.type, labels: labelsOf(name, field) };
  const common = { ...entry, classes: classesOf(entry) };
  if (isTokenHead(field.type)) {
    return {
      ...common,
      on: "tokens",
      tagsOf: (output, offsets) => tagSpans(offsets, kindSpans(output[name], common.labels)),
    };
  }
  return {
    ...common,
    on: "pooled",
    classOf: (output) => (output === null ? null : common.labels.indexOf(String(output[name]))),
  };
}

/** True when no span of the field begins or ends inside a word. */
function keepsWords({ input, output }: Pick<AnswerRow, "input" | "output">, name: string): boolean {
  const spans = kindSpans(output?.[name], []);
  return spans.every(({ start, end }) => !isInsideWord(input, start) && !isInsideWord(input, end));
}

function labelsOf(name: string, field: Learnt): string[] {
  switch (field.type) {
    case "enum":
      return field.values;
    case "boolean":
      return ["false", "true"];
    case "span":
      return [name];
    case "spans":
      return field.labels;
    default:
      return unreachable(field);
  }
}

/** A single span is of kind 0. */
function kindSpans(value: FieldValue | undefined, labels: readonly string[]): KindSpan[] {
  if (isList(value)) return value.map((span) => ({ ...span, kind: labels.indexOf(span.label) }));
  return isSpan(value) ? [{ ...value, kind: 0 }] : [];
}

type SpanValue = Exclude<FieldValue, string | boolean | null | readonly unknown[]>;
type ListValue = Extract<FieldValue, readonly LabelledSpan[]>;

const isList = (value: FieldValue | undefined): value is ListValue => Array.isArray(value);
const isSpan = (value: FieldValue | undefined): value is SpanValue =>
  typeof value === "object" && value !== null && !Array.isArray(value);
