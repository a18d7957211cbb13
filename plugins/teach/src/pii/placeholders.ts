// This file puts placeholders where private pieces stood, and maps offsets and texts of an answer back.
import { type FieldValue, isSources, type LabelledSpan, type Output, type Span } from "@kolm/format";
import type { FindPieces } from "./find.ts";

type Cut = { readonly at: number; readonly placeholder: string; readonly start: number; readonly end: number };
/** A text without its private pieces; what stands behind the placeholders never leaves this process. */
export type Masked = {
  readonly text: string;
  /** The answer with spans of the original; undefined when a span cuts a placeholder in two. */
  readonly output: (output: Output | null) => Output | null | undefined;
  /** A text with the original pieces in place of the placeholders. */
  readonly restore: (text: string) => string;
};

/** Equal pieces get equal placeholders, numbered by kind in order of appearance. */
export function mask(input: string, find: FindPieces): Masked {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const cuts: Cut[] = [];
  let text = "";
  let from = 0;
  for (const { start, end, name } of find(input)) {
    const piece = input.slice(start, end);
    const placeholder = names.get(`${name} ${piece}`) ?? unused(input, name, counts);
    names.set(`${name} ${piece}`, placeholder);
    text += input.slice(from, start);
    cuts.push({ at: text.length, placeholder, start, end });
    text += placeholder;
    from = end;
  }
  text += input.slice(from);
  return {
    text,
    output: (output) => (output === null ? null : mapOutput(output, { input, cuts })),
    restore: (written) =>
      cuts.reduce(
        (restored, { placeholder, start, end }) => restored.replaceAll(placeholder, input.slice(start, end)),
        written,
      ),
  };
}

// An input may hold what looks like a placeholder; its number is then not used.
function unused(input: string, name: string, counts: Map<string, number>): string {
  for (;;) {
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    const placeholder = `⟦${name}_${number}⟧`;
    if (!input.includes(placeholder)) return placeholder;
  }
}

type Original = { readonly input: string; readonly cuts: readonly Cut[] };

function mapOutput(output: Output, original: Original): Output | undefined {
  const mapped: Record<string, FieldValue> = {};
  for (const [field, value] of Object.entries(output)) {
    const back = mapValue(value, original);
    if (back === undefined) return undefined;
    mapped[field] = back;
  }
  return mapped;
}

function mapValue(value: FieldValue, original: Original): FieldValue | undefined {
  if (typeof value !== "object" || value === null || isSources(value)) return value;
  if ("text" in value) return mapSpan(value, original);
  const spans = value.map(({ label, ...span }): LabelledSpan | undefined => {
    const mapped = mapSpan(span, original);
    return mapped === undefined ? undefined : { ...mapped, label };
  });
  const whole = spans.filter((span) => span !== undefined);
  return whole.length === spans.length ? whole : undefined;
}

function mapSpan({ start, end }: Span, { input, cuts }: Original): Span | undefined {
  const from = mapOffset(start, cuts);
  const to = mapOffset(end, cuts);
  return from === undefined || to === undefined ? undefined : { start: from, end: to, text: input.slice(from, to) };
}

/** The original offset of one in the masked text; undefined inside a placeholder. */
function mapOffset(offset: number, cuts: readonly Cut[]): number | undefined {
  let shift = 0;
  for (const { at, placeholder, start, end } of cuts) {
    if (offset <= at) break;
    if (offset < at + placeholder.length) return undefined;
    shift += end - start - placeholder.length;
  }
  return offset + shift;
}
