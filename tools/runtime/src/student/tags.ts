// This file reads spans out of per-token BIO scores: 0 is outside, 2k+1 begins label k, 2k+2 continues it (Ramshaw & Marcus 1995).
import type { Range } from "../text/pieces.ts";
import { log } from "./exponential.ts";
import { softmax } from "./softmax.ts";

/** A stretch of the input and how sure the tags of its tokens are, the least sure one counting. */
export type TaggedSpan = {
  readonly start: number;
  readonly end: number;
  readonly label: number;
  readonly confidence: number;
};
/** Spans in order, never overlapping; confidence is that of the least sure tag of all tokens, 1 when there are none. */
export type Tagging = { readonly spans: readonly TaggedSpan[]; readonly confidence: number };

export type TagScores = {
  readonly input: string;
  /** [tokens, 1 + 2·labels], row-major. */
  readonly logits: Float32Array;
  readonly offsets: readonly Range[];
  readonly labels: number;
  readonly temperature: number;
  /** Widens a span that ends inside a word to the whole word. */
  readonly wholeWords?: boolean | undefined;
};

/**
 * The most probable sequence of tags in which a label is continued only after it began (Viterbi), as spans without blanks at
 * their ends. Spans of one label with nothing but blanks between them are one span: a name of two words is far more common
 * than two names side by side, and a small student tells their beginnings apart badly.
 */
export function readTags({ input, logits, offsets, labels, temperature, wholeWords = false }: TagScores): Tagging {
  const classes = 1 + 2 * labels;
  // Tokens without text of their own, such as control tokens, say nothing about spans.
  const tokens = offsets.flatMap(([start, end], token) => (start < end ? [{ start, end, token }] : []));
  const probabilities = tokens.map(({ token }) =>
    softmax(logits.subarray(token * classes, (token + 1) * classes), temperature),
  );
  const tags = bestPath(probabilities, classes);
  const sure = tags.map((tag, index) => sureness(probabilities[index], tag));
  const spans: TaggedSpan[] = [];
  for (const [index, tag] of tags.entries()) {
    const at = tokens[index];
    if (tag === 0 || !at) continue;
    const [label, confidence] = [(tag - 1) >> 1, sure[index] ?? 0];
    const last = spans.at(-1);
    const continues = tag % 2 === 0 || (last?.label === label && input.slice(last.end, at.start).trim() === "");
    if (last && continues)
      spans[spans.length - 1] = { ...last, end: at.end, confidence: Math.min(last.confidence, confidence) };
    else spans.push({ start: at.start, end: at.end, label, confidence });
  }
  return {
    spans: spans.flatMap((span) => trimmed(input, wholeWords ? widened(input, span) : span)).filter(isApart),
    confidence: sure.reduce((least, one) => Math.min(least, one), 1),
  };
}

/** Probability of the tag's label, whether it begins or goes on; of being outside for tag 0. */
function sureness(row: Float64Array | undefined, tag: number): number {
  if (tag === 0) return row?.[0] ?? 0;
  const begin = tag - 1 + (tag % 2);
  return (row?.[begin] ?? 0) + (row?.[begin + 1] ?? 0);
}

/** Viterbi over log-probabilities; ties go to the lower tag. */
function bestPath(probabilities: readonly Float64Array[], classes: number): number[] {
  let scores = Float64Array.from({ length: classes }, (_, tag) => (tag === 0 || tag % 2 === 1 ? 0 : -Infinity));
  const cameFrom: Int32Array[] = [];
  for (const [index, row] of probabilities.entries()) {
    const from = new Int32Array(classes);
    const first = index === 0;
    scores = Float64Array.from({ length: classes }, (_, tag) => {
      const before = first ? tag : bestBefore(scores, tag);
      from[tag] = before;
      return (scores[before] ?? -Infinity) + log(row[tag] ?? 0);
    });
    cameFrom.push(from);
  }
  const path: number[] = [];
  let tag = top(scores);
  for (const from of cameFrom.toReversed()) {
    path.push(tag);
    tag = from[tag] ?? 0;
  }
  return path.reverse();
}

/** Where a tag best comes from: anywhere, but a continuation only from the same label. */
function bestBefore(scores: Float64Array, tag: number): number {
  if (tag === 0 || tag % 2 === 1) return top(scores);
  return (scores[tag - 1] ?? -Infinity) >= (scores[tag] ?? -Infinity) ? tag - 1 : tag;
}

function top(scores: Float64Array): number {
  let best = 0;
  for (const [tag, score] of scores.entries()) if (score > (scores[best] ?? -Infinity)) best = tag;
  return best;
}

const wordLetter = /^[\p{L}\p{N}]$/u;

/** True between two letters or digits. */
export function isInsideWord(input: string, place: number): boolean {
  return wordLetter.test(input[place - 1] ?? "") && wordLetter.test(input[place] ?? "");
}

function widened(input: string, span: TaggedSpan): TaggedSpan {
  let { start, end } = span;
  while (isInsideWord(input, start)) start--;
  while (isInsideWord(input, end)) end++;
  return { ...span, start, end };
}

/** Of two spans that widening made overlap the earlier stays. */
function isApart(span: TaggedSpan, index: number, all: readonly TaggedSpan[]): boolean {
  return all.slice(0, index).every((earlier) => earlier.end <= span.start);
}

function trimmed(input: string, span: TaggedSpan): TaggedSpan[] {
  const piece = input.slice(span.start, span.end);
  const body = piece.trim();
  if (body === "") return [];
  const start = span.start + piece.indexOf(body);
  return [{ ...span, start, end: start + body.length }];
}
