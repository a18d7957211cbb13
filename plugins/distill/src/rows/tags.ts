// This file turns spans into one BIO tag a token: 0 is outside, 2k+1 begins kind k, 2k+2 continues it (Ramshaw & Marcus 1995).
import type { Span } from "@kolm/format";

/** UTF-16 offsets of a token in the input, end exclusive. */
export type Range = readonly [start: number, end: number];
export type KindSpan = Span & { readonly kind: number };

/** A tag a token, and how many spans no token reaches (beyond the cut of a long input). */
export type Tags = { readonly tags: readonly number[]; readonly lost: number };

/** Tags every token that shares a character with a span; of two spans on one token the earlier keeps it. */
export function tagSpans(offsets: readonly Range[], spans: readonly KindSpan[]): Tags {
  const tags = offsets.map(() => 0);
  let lost = 0;
  for (const { start, end, kind } of spans) {
    const inside = offsets.flatMap((range, token) => (overlaps(range, start, end) && tags[token] === 0 ? [token] : []));
    if (inside.length === 0) lost++;
    for (const [index, token] of inside.entries()) tags[token] = 2 * kind + (index === 0 ? 1 : 2);
  }
  return { tags, lost };
}

function overlaps([from, to]: Range, start: number, end: number): boolean {
  return from < end && to > start && from < to;
}
