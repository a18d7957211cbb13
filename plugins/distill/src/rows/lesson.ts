// This file turns an answered row into a lesson: token ids, and per head what to predict and how much it counts.
import type { AnswerRow, Vote } from "./answers.ts";
import type { Head, TextHead, TokenHead } from "./heads.ts";
import type { Range } from "./tags.ts";
import type { Output } from "@kolm/format";

/** Soft targets of one head: [classes] for a text head, [tokens, classes] for a token head; weight 0: not taught. */
type Target = { readonly data: Float32Array; readonly weight: number };

export type Lesson = {
  readonly id: string;
  readonly input: string;
  readonly output: Output | null;
  readonly ids: readonly number[];
  readonly offsets: readonly Range[];
  readonly truncated: boolean;
  /** Spans beyond the cut of a long input, which no token carries. */
  readonly lostSpans: number;
  readonly targets: Readonly<Record<string, Target>>;
};

/** What the tokenizer makes of a text. */
export type Encode = (text: string) => {
  readonly ids: readonly number[];
  readonly offsets: readonly Range[];
  readonly truncated: boolean;
};

/** Every row as a lesson; votes become soft targets, and an out-of-scope share of votes lowers the weight of the fields. */
export function lessonsOf(rows: readonly AnswerRow[], heads: readonly Head[], encode: Encode): Lesson[] {
  return rows.map(({ id, input, output, votes }) => {
    const { ids, offsets, truncated } = encode(input);
    const targets = Object.fromEntries(
      heads.map((head): [string, Target] => [head.name, targetOf(head, votes, offsets)]),
    );
    const lost = heads.map((head) => (head.on === "tokens" && output !== null ? head.tagsOf(output, offsets).lost : 0));
    return { id, input, output, ids, offsets, truncated, lostSpans: lost.reduce((sum, one) => sum + one, 0), targets };
  });
}

function targetOf(head: Head, votes: readonly Vote[], offsets: readonly Range[]): Target {
  return head.on === "pooled" ? textTarget(head, votes) : tokenTarget(head, votes, offsets);
}

function textTarget({ classes, classOf }: TextHead, votes: readonly Vote[]): Target {
  const data = new Float32Array(classes);
  let counted = 0;
  for (const { output, count } of votes) {
    const place = classOf(output);
    if (place === null) continue;
    data[place] = (data[place] ?? 0) + count;
    counted += count;
  }
  return { data: scaled(data, counted), weight: counted / total(votes) };
}

function tokenTarget({ classes, tagsOf }: TokenHead, votes: readonly Vote[], offsets: readonly Range[]): Target {
  const data = new Float32Array(offsets.length * classes);
  let counted = 0;
  for (const { output, count } of votes) {
    if (output === null) continue;
    for (const [token, tag] of tagsOf(output, offsets).tags.entries())
      data[token * classes + tag] = (data[token * classes + tag] ?? 0) + count;
    counted += count;
  }
  return { data: scaled(data, counted), weight: counted / total(votes) };
}

const total = (votes: readonly Vote[]): number => votes.reduce((sum, { count }) => sum + count, 0);
const scaled = (data: Float32Array, by: number): Float32Array => (by === 0 ? data : data.map((value) => value / by));
