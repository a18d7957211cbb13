// This file cuts a piece of text at its natural seams: paragraphs, then lines and sentences, then words, then anywhere.
import type { Range } from "../read/document.ts";

/** From the coarsest seam to the finest; each cuts after its match. */
const SEAMS = [
  /\n[ \t]*(?:\r?\n[ \t]*)+/g,
  /(?=\s)(?<=[.!?…][)"'”’\]]*)\s+(?=[\p{Lu}\p{N}"'“‘([])|\r?\n/gu,
  /\s+/g,
] as const;
export const FINEST = SEAMS.length;

/** The parts between the seams of a level (0 paragraphs, 1 lines and sentences, 2 words, 3 halves), trimmed. */
export function cutAt(text: string, range: Range, level: number): Range[] {
  const seam = SEAMS[level];
  if (seam === undefined) return halves(text, range);
  const parts: Range[] = [];
  let start = range.start;
  for (const match of text.slice(range.start, range.end).matchAll(seam)) {
    parts.push({ start, end: range.start + match.index });
    start = range.start + match.index + match[0].length;
  }
  parts.push({ start, end: range.end });
  return parts.map((part) => trim(text, part)).filter(({ start, end }) => start < end);
}

/** The range without blanks at its ends. */
export function trim(text: string, { start, end }: Range): Range {
  const piece = text.slice(start, end);
  const body = piece.trim();
  const from = start + (piece.length - piece.trimStart().length);
  return { start: from, end: from + body.length };
}

// Never between the two halves of a surrogate pair.
function halves(text: string, { start, end }: Range): Range[] {
  if (end - start < 2) return [{ start, end }];
  const middle = (start + end) >> 1;
  const isLow = (text.charCodeAt(middle) & 0xfc00) === 0xdc00;
  const cut = isLow ? middle + 1 : middle;
  return cut >= end
    ? [{ start, end }]
    : [
        { start, end: cut },
        { start: cut, end },
      ];
}
