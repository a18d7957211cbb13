// This file takes one piece out of a text by separators (SPEC.md §9).

/** The piece of a text between separators; no list is made of a text that is all separators. */
export function pieceOf(text: string, by: string, at: number): string | undefined {
  if (at < 0) return pieceFromEnd(text, by, at);
  let start = 0;
  for (let skipped = 0; skipped < at; skipped++) {
    const found = text.indexOf(by, start);
    if (found < 0) return undefined;
    start = found + by.length;
  }
  const end = text.indexOf(by, start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}

function pieceFromEnd(text: string, by: string, at: number): string | undefined {
  let end = text.length;
  for (let skipped = -1; skipped > at; skipped--) {
    const found = end < by.length ? -1 : text.lastIndexOf(by, end - by.length);
    if (found < 0) return undefined;
    end = found;
  }
  const start = end < by.length ? -1 : text.lastIndexOf(by, end - by.length);
  return start < 0 ? text.slice(0, end) : text.slice(start + by.length, end);
}
