// This file cuts a text into runs of digits, runs of letters, and the gaps around them.

type RunKind = "digits" | "letters";
export type TextRun = { readonly kind: RunKind; readonly text: string };

/** n runs stand between n + 1 gaps; a gap may be empty. */
export type Cut = { readonly runs: readonly TextRun[]; readonly gaps: readonly string[] };

const PIECE = /[0-9]+|[A-Za-z\u00C0-\u024F]+/g;

export function cutRuns(text: string): Cut {
  const runs: TextRun[] = [];
  const gaps: string[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    gaps.push(text.slice(end, match.index));
    runs.push({ kind: /^[0-9]/.test(match[0]) ? "digits" : "letters", text: match[0] });
    end = match.index + match[0].length;
  }
  gaps.push(text.slice(end));
  return { runs, gaps };
}
