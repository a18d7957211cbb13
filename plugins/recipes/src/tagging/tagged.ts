// This file puts the labels of an answer's spans on the tokens of its input.
import type { FieldValue, LabelledSpan, Span } from "@kolm/format";
import { LIMITS, type Token, tokensOf } from "@kolm/recipe";
import type { Answer } from "../answers.ts";

/** An input as tokens, each with its label, "" outside every span. */
export type Tagged = {
  readonly input: string;
  readonly tokens: readonly Token[];
  readonly tags: readonly string[];
  /** Every span begins and ends with a token, so that the row can be learnt from. */
  readonly whole: boolean;
};

/** The tokens of an answer with the labels of all its span fields; undefined out of scope and beyond the limit of tokens. */
export function tagAnswer(answer: Answer, apart: string): Tagged | undefined {
  const tokens = answer.output === null ? undefined : tokensOf(answer.input, apart, LIMITS.tokens);
  if (tokens === undefined) return undefined;
  const tags = tokens.map(() => "");
  let whole = true;
  for (const { start, end, label } of piecesOf(answer)) {
    const first = tokens.findIndex((token) => token.start === start);
    const last = tokens.findIndex((token) => token.end === end);
    whole &&= first >= 0 && last >= first;
    if (first >= 0 && last >= first) tags.fill(label, first, last + 1);
  }
  return { input: answer.input, tokens, tags, whole };
}

/** All spans of an answer, of whatever field, labelled with the field and, in a list, their own label. */
export function piecesOf({ output }: Answer): readonly LabelledSpan[] {
  return [...(output ?? [])].flatMap(([field, value]): LabelledSpan[] => {
    if (isSpan(value)) return [{ ...value, label: field }];
    return isList(value) ? value.map((span) => ({ ...span, label: `${field}/${span.label}` })) : [];
  });
}

function isList(value: FieldValue): value is readonly LabelledSpan[] {
  return Array.isArray(value);
}

function isSpan(value: FieldValue): value is Span {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
